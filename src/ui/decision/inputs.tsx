import type { ReactNode } from 'react'
import { creditsPhrase, units } from '../format/amount.ts'
import { fullTime, zoneName } from '../format/time.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import type { Explanation } from './types.ts'

/** Everything the decision was made from: with these and the policy version it can be made again. */
export function Inputs({
  explanation: { decision, request, factors, recordedAtMs, timeZone },
}: {
  explanation: Explanation
}) {
  const usage =
    request.price.kind === 'usage' ? Object.entries(request.price.usage).filter(([, count]) => count > 0) : []
  const attributes = Object.entries(request.attributes)
  const rows: readonly (readonly [name: string, value: ReactNode])[] = [
    ['Feature', <code key="f">{request.feature}</code>],
    ['Mode', request.mode.kind === 'consume' ? 'consume: authorize and capture at once' : 'authorize: place a hold'],
    ['Subject', request.subject ?? 'none named'],
    [
      'Usage',
      usage.length > 0
        ? usage.map(([meter, count]) => `${meter} ${units(count)}`).join(', ')
        : 'cost given by the product',
    ],
    ['Attributes', attributes.length > 0 ? attributes.map(([name, value]) => `${name} ${value}`).join(', ') : 'none'],
    [
      'Part acceptable',
      request.acceptPartial === null ? 'no' : `yes, from ${creditsPhrase(request.acceptPartial.minimum)}`,
    ],
    [
      'Bought credits',
      request.includedOnly
        ? 'never, said the request'
        : request.maxCredits === null
          ? 'no bound of its own'
          : `at most ${creditsPhrase(request.maxCredits)}`,
    ],
    [
      'Guard factors',
      factors.load === 1000 && factors.behaviour === 1000
        ? 'unreduced'
        : `load ${factors.load / 10}%, behaviour ${factors.behaviour / 10}%`,
    ],
    ['Policy version', decision.policyVersion],
    ['State version', decision.stateVersion],
    ['Decided', fullTime(decision.atMs, timeZone)],
    ['Recorded', fullTime(recordedAtMs, timeZone)],
  ]
  return (
    <Card aria-labelledby="inputs" className="p-5">
      <SectionHead id="inputs" title="Inputs" note={`what it was decided from; times in ${zoneName(timeZone)}`} />
      <dl className="mt-3 grid gap-x-8 gap-y-2 text-13 sm:grid-cols-2 lg:grid-cols-3">
        {rows.map(([name, value]) => (
          <div
            key={name}
            className="flex justify-between gap-4 border-line border-b pb-2 last:border-0 sm:last:border-b"
          >
            <dt className="shrink-0 text-ink-3">{name}</dt>
            <dd className="min-w-0 break-words text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
