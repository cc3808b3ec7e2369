'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatMoney } from '../../core/shared/money.ts'
import { credits } from '../format/amount.ts'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import type { TopUpView } from './auto-top-up.tsx'
import { readCredits, readMinor } from './read-amount.ts'

const FIELD =
  'h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-sm aria-invalid:border-bad disabled:opacity-60'

/** Amount, threshold and maximum, and the sentence they make: that sentence is what is agreed to. */
export function Terms({ view, method }: { view: TopUpView; method: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { settings, packs, mayChange } = view
  const [packId, setPack] = useState(settings?.pack ?? packs[0]?.id ?? '')
  const pack = packs.find(({ id }) => id === packId) ?? packs[0]
  const [threshold, setThreshold] = useState(settings === null ? '' : credits(settings.threshold).replaceAll(',', ''))
  const [most, setMost] = useState(settings === null ? '' : minorText(settings.monthlyMaxMinor))
  const [agrees, setAgrees] = useState(false)

  const micro = readCredits(threshold)
  const minor = readMinor(most)
  const thresholdProblem =
    threshold === '' || pack === undefined
      ? null
      : micro === null || micro === 0n
        ? 'Write credits above 0, such as 5 or 2.5.'
        : micro > pack.credits
          ? `At most ${credits(pack.credits)}, what the pack holds: otherwise it would fire again at once.`
          : null
  const mostProblem =
    most === '' || pack === undefined
      ? null
      : minor === null
        ? 'Write an amount of money, such as 50 or 49.90.'
        : minor < pack.totalMinor
          ? `At least ${formatMoney(pack.totalMinor, pack.currency)}, one charge.`
          : null
  const complete =
    pack !== undefined &&
    micro !== null &&
    micro > 0n &&
    minor !== null &&
    thresholdProblem === null &&
    mostProblem === null
  const terms = { pack: pack?.id ?? '', threshold: `${micro ?? 0n}`, monthlyMaxMinor: `${minor ?? 0n}` }
  const sentence = useQuery(trpc.credits.consentText.queryOptions({ ...terms, method }, { enabled: complete }))
  const switchOn = useMutation(
    trpc.credits.switchOn.mutationOptions({
      onSuccess: () => {
        toast.success('Auto top-up is on')
        setAgrees(false)
        return queries.invalidateQueries(trpc.credits.topUp.queryFilter())
      },
    }),
  )
  const edit =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      // what was agreed to was another sentence
      setAgrees(false)
      set(value)
    }
  const setPackAnew = edit(setPack)
  const setThresholdAnew = edit(setThreshold)
  const setMostAnew = edit(setMost)
  return (
    <Card aria-labelledby="terms" className="p-5">
      <SectionHead id="terms" title={settings?.enabled ? 'Change it' : 'Switch it on'} note={`charges ${method}`} />
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (complete && agrees && sentence.data)
            switchOn.mutate({ ...terms, seenVersion: settings?.version ?? 0, agreed: sentence.data })
        }}
      >
        <div className="grid gap-4 sm:grid-cols-3">
          <label className="block text-13">
            <span className="mb-1 block font-medium">Buy each time</span>
            <select
              className={FIELD}
              value={pack?.id}
              disabled={!mayChange}
              onChange={(event) => setPackAnew(event.target.value)}
            >
              {packs.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}, {formatMoney(one.totalMinor, one.currency)}
                </option>
              ))}
            </select>
          </label>
          <Field
            id="threshold"
            label="When fewer credits than"
            value={threshold}
            problem={thresholdProblem}
            disabled={!mayChange}
            onChange={setThresholdAnew}
          />
          <Field
            id="most"
            label={`In a month at most (${pack?.currency ?? ''})`}
            value={most}
            problem={mostProblem}
            disabled={!mayChange}
            onChange={setMostAnew}
          />
        </div>
        {complete && micro > view.available && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
            {credits(view.available)} can be spent now, which is below the threshold: the first charge comes at once.
          </p>
        )}
        <label className="flex items-start gap-2.5 text-13">
          <input
            type="checkbox"
            checked={agrees}
            disabled={!mayChange || !complete || !sentence.data}
            onChange={(event) => setAgrees(event.target.checked)}
            className="mt-1 size-4 shrink-0 accent-(--accent)"
          />
          <span>
            {complete && sentence.data ? (
              <>I agree: {sentence.data}</>
            ) : (
              <span className="text-ink-3">Fill in the terms: the sentence to agree to appears here.</span>
            )}
          </span>
        </label>
        {switchOn.isError && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-13 text-bad">
            {switchOn.error.message}
          </p>
        )}
        <Button type="submit" tone="primary" disabled={!mayChange || !complete || !agrees || switchOn.isPending}>
          {settings?.enabled ? 'Agree to the change' : 'Switch on'}
        </Button>
      </form>
    </Card>
  )
}

function Field(props: {
  id: string
  label: string
  value: string
  problem: string | null
  disabled: boolean
  onChange: (value: string) => void
}) {
  const { id, label, value, problem, disabled, onChange } = props
  return (
    <div className="text-13">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        className={FIELD}
        value={value}
        disabled={disabled}
        aria-invalid={problem !== null}
        {...(problem !== null && { 'aria-describedby': `${id}-problem` })}
        onChange={(event) => onChange(event.target.value)}
      />
      {problem !== null && (
        <p id={`${id}-problem`} className="mt-1 text-bad">
          {problem}
        </p>
      )}
    </div>
  )
}

const minorText = (minor: bigint): string => `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}`
