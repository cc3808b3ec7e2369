'use client'
import { useMutation } from '@tanstack/react-query'
import { Card, SectionHead } from '../primitives/card.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { useChosen, useSave } from './use-save.ts'

const CHOICES = [
  ['off', 'Never', 'When included windows and grants are used up, requests are denied.'],
  ['ask', 'Ask each time', 'The product asks; each yes is good for one request.'],
  ['on', 'Without asking', 'Bought credits pay as soon as nothing else does, up to your caps.'],
] as const

type Consent = (typeof CHOICES)[number][0]

export function ConsentCard({ consent, changes }: { consent: Consent; changes: boolean }) {
  const save = useMutation(useTRPC().alert.setConsent.mutationOptions(useSave('Consent was changed')))
  const { shown, choose, settled } = useChosen(consent)
  const change = (value: Consent) => {
    choose(value)
    save.mutate({ consent: value }, settled)
  }
  return (
    <Card aria-labelledby="consent" className="p-5">
      <SectionHead id="consent" title="Consent" note="May bought credits be drawn?" />
      <fieldset disabled={!changes || save.isPending} className="mt-4 space-y-2">
        <legend className="sr-only">May bought credits be drawn?</legend>
        {CHOICES.map(([value, title, does]) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2.5 hover:border-line-strong has-checked:border-accent-line has-checked:bg-accent-soft/50 has-disabled:cursor-default"
          >
            <input
              type="radio"
              name="consent"
              value={value}
              checked={shown === value}
              onChange={() => change(value)}
              className="mt-1 size-4 accent-[var(--accent)]"
            />
            <span>
              <span className="block font-medium">{title}</span>
              <span className="block text-13 text-ink-3">{does}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {!changes && <p className="mt-3 text-13 text-ink-3">An owner or somebody for billing changes this.</p>}
    </Card>
  )
}
