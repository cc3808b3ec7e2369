import { Check, Minus } from 'lucide-react'
import { Card, SectionHead } from '../primitives/card.tsx'
import type { Offer } from './types.ts'

const CONSENT = {
  off: ['bg-warn-soft text-warn', 'Consent is off: credits are kept and not drawn until you agree to it.'],
  ask: [
    'bg-accent-soft text-accent-strong',
    'Consent is “ask”: each request says what it would cost, and waits for your yes.',
  ],
  on: ['bg-ok-soft text-ok', 'Consent is on: credits are drawn without asking once nothing else covers a request.'],
} as const

/** What the money opens, and what it does not: read before paying, not after. */
export function EffectCard({ offer }: { offer: Offer }) {
  const [tone, sentence] = CONSENT[offer.consent]
  return (
    <Card aria-labelledby="effect" className="p-5">
      <SectionHead id="effect" title="What credits do" note={`policy version ${offer.policyVersion}`} />
      <p className={`mt-3 rounded-md px-3 py-2 text-13 ${tone}`}>{sentence}</p>
      <h3 className="mt-4 font-medium text-13">They pay for</h3>
      <ul className="mt-1.5 space-y-1 text-13 text-ink-2">
        {offer.lifts.map((line) => (
          <li key={line} className="flex gap-2">
            <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
            {line}
          </li>
        ))}
      </ul>
      <h3 className="mt-4 font-medium text-13">They do not lift</h3>
      <ul className="mt-1.5 space-y-1 text-13 text-ink-2">
        {[...offer.stays, ...offer.caps.map((cap) => `Your own spend cap: ${cap}`)].map((line) => (
          <li key={line} className="flex gap-2">
            <Minus aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
            {line}
          </li>
        ))}
      </ul>
      <p className="mt-4 border-line border-t pt-3 text-13 text-ink-3">
        Buying switches nothing on: auto top-up stays as it is.
      </p>
    </Card>
  )
}
