'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { REASON_LENGTH } from '../../core/shared/written-text.ts'
import { Button } from '../primitives/button.tsx'
import { AreaField, TextField } from '../primitives/field.tsx'
import { useFocusFirst } from '../primitives/focus-first.ts'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import { readAsked } from './read-asked.ts'
import { amountOf, type Limit, unitOf } from './words.ts'

const EXAMPLE = { window: 'such as 25 or 2.5', cap: 'such as 25 or 2.5', guard: 'such as 500' } as const

/** How much, and why. It changes nothing by itself: somebody answers. */
export function AskForm({ limit, onDone }: { limit: Limit; onDone: () => void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [amount, setAmount] = useState('')
  const [why, setWhy] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const unit = unitOf(limit)
  const form = useFocusFirst()
  const ask = useMutation(
    trpc.limits.ask.mutationOptions({
      onSuccess: async ({ kind }) => {
        await queries.invalidateQueries(trpc.limits.pathFilter())
        toast.success(kind === 'asked' ? 'Asked: the answer is shown below' : 'A request for this limit waits already')
        onDone()
      },
    }),
  )
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const asked = readAsked(amount, limit.target.kind)
    setWrong(asked === null ? `Write ${unit} above zero, ${EXAMPLE[limit.target.kind]}.` : null)
    if (asked !== null) ask.mutate({ target: limit.target, asked, why })
  }
  return (
    <form
      ref={form}
      onSubmit={submit}
      aria-label={`Ask for more of ${limit.title}`}
      className="mt-4 rounded-lg bg-sunken/60 p-4"
    >
      <div className="grid items-start gap-3 sm:grid-cols-[12rem_1fr]">
        <TextField
          label={`New limit, in ${unit}`}
          required
          inputMode={limit.target.kind === 'guard' ? 'numeric' : 'decimal'}
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
          hint={`Now ${amountOf(limit, limit.limit)}`}
          error={wrong}
        />
        <AreaField
          label="Why"
          required
          maxLength={REASON_LENGTH}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
          hint="What you do with it, and until when you need it"
        />
      </div>
      {ask.error && (
        <p role="alert" className="mt-3 text-13 text-bad">
          {ask.error.message}
        </p>
      )}
      <div className="mt-3 flex gap-2">
        <Button type="submit" tone="primary" disabled={ask.isPending}>
          Send the request
        </Button>
        <Button onClick={onDone} disabled={ask.isPending}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
