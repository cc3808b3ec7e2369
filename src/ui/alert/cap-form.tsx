'use client'
import { useMutation } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { SelectField, TextField } from '../primitives/field.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { microOf } from './credits-text.ts'
import { useSave } from './use-save.ts'

const SCOPES = [
  ['customer', 'Everybody together'],
  ['subject', 'Members and keys'],
  ['task', 'Tasks'],
] as const
const PERIODS = [
  ['day', 'a day'],
  ['week', 'a week'],
  ['month', 'a month'],
  ['ever', 'ever'],
] as const

/** Sets a cap; one that holds the same already is changed by it. */
export function CapForm() {
  const [scope, setScope] = useState<(typeof SCOPES)[number][0]>('customer')
  const [period, setPeriod] = useState<(typeof PERIODS)[number][0]>('month')
  const [subject, setSubject] = useState('')
  const [limit, setLimit] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const save = useMutation(useTRPC().alert.setCap.mutationOptions(useSave('The cap is set')))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const micro = microOf(limit)
    setWrong(micro === null ? 'Write credits above zero, such as 25 or 2.5.' : null)
    if (micro === null) return
    const named = scope === 'customer' || subject.trim() === '' ? null : subject.trim()
    save.mutate({ scope, subject: named, limit: micro, period }, { onSuccess: () => setLimit('') })
  }
  return (
    <form onSubmit={submit} className="border-line border-t bg-sunken/50 px-5 py-4">
      <h3 className="mb-3 font-medium">Set a cap</h3>
      <div
        className={cn(
          'grid items-start gap-3 sm:grid-cols-2',
          scope === 'customer' ? 'lg:grid-cols-[1.2fr_1fr_0.8fr_auto]' : 'lg:grid-cols-[1.2fr_1.2fr_1fr_0.8fr_auto]',
        )}
      >
        <SelectField label="For" value={scope} onChange={(event) => setScope(event.target.value as typeof scope)}>
          {SCOPES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        {scope !== 'customer' && (
          <TextField
            label="Only this one"
            placeholder="empty: each on its own"
            maxLength={128}
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          />
        )}
        <TextField
          label="Credits"
          required
          inputMode="decimal"
          placeholder="25"
          value={limit}
          onChange={(event) => setLimit(event.target.value)}
          error={wrong}
        />
        <SelectField label="In" value={period} onChange={(event) => setPeriod(event.target.value as typeof period)}>
          {PERIODS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        <Button type="submit" tone="primary" disabled={save.isPending} className="lg:mt-[1.625rem]">
          Set the cap
        </Button>
      </div>
    </form>
  )
}
