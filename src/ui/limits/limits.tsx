'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { LimitRow } from './limit-row.tsx'
import { RequestsCard } from './requests-card.tsx'
import type { Limit } from './words.ts'

/** An answer changes nothing that the live stream tells of when it is a no. */
const LOOK_AGAIN_MS = 10_000

const GROUPS = [
  {
    of: 'windows',
    title: 'Included windows',
    note: 'Free use of your tier; when one is used up, grants and credits pay',
    none: 'Your tier has no included windows: grants and credits pay from the first request on.',
  },
  {
    of: 'guards',
    title: 'Guards',
    note: 'They protect the service, and deny outright until there is room again',
    none: 'Your tier has no guards.',
  },
  {
    of: 'caps',
    title: 'Spend caps',
    note: 'Bounds on bought credits in a period',
    none: 'Bought credits are drawn as consent allows, until they are used up.',
  },
] as const

/** Every limit that binds the customer now, why, and the way to more. */
export function Limits() {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(
    trpc.limits.overview.queryOptions(undefined, {
      refetchInterval: ({ state }) =>
        state.data?.requests.some(({ outcome }) => outcome.state === 'open') ? LOOK_AGAIN_MS : false,
    }),
  )
  return (
    <div className="space-y-4">
      {!data.mayAsk && (
        <p className="rounded-lg bg-sunken px-4 py-3 text-13 text-ink-2">
          You see every limit here. Asking for more is for owners and billing.
        </p>
      )}
      {GROUPS.map(({ of, title, note, none }) => (
        <Card key={of} aria-labelledby={of} className="overflow-hidden">
          <SectionHead id={of} title={title} note={note} className="px-5 py-4" />
          <div className="border-line border-t">
            {data[of].length === 0 ? (
              <Empty title="None">{none}</Empty>
            ) : (
              <ul className="divide-y divide-line">
                {data[of].map((limit: Limit) => (
                  <LimitRow key={limit.target.id} limit={limit} zone={data.timeZone} mayAsk={data.mayAsk} />
                ))}
              </ul>
            )}
          </div>
        </Card>
      ))}
      <RequestsCard limits={data} />
    </div>
  )
}
