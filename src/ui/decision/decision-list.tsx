'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { ShowOlder } from '../frame/show-older.tsx'
import { Card } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { DecisionTable } from './decision-table.tsx'
import { type OutcomeFilter, PAGE } from './filters.ts'

const FILTERS: readonly (readonly [value: OutcomeFilter, title: string])[] = [
  [null, 'All'],
  ['allowed', 'Allowed'],
  ['partial', 'In part'],
  ['denied', 'Denied'],
]

/** The filter is in the address, so that a list can be sent to somebody. */
export function OutcomeFilters({ outcome }: { outcome: OutcomeFilter }) {
  return (
    <nav aria-label="Outcome" className="flex gap-0.5 rounded-lg border border-line bg-sunken p-0.5">
      {FILTERS.map(([value, title]) => (
        <Link
          key={title}
          href={value === null ? '/app/decisions' : `/app/decisions?outcome=${value}`}
          {...(value === outcome && { 'aria-current': 'true' as const })}
          className={cn(
            'rounded-md px-2.5 py-1 font-medium text-13',
            value === outcome ? 'bg-surface text-ink shadow-card' : 'text-ink-2 hover:text-ink',
          )}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}

export function DecisionList({ outcome, zone }: { outcome: OutcomeFilter; zone: string }) {
  const trpc = useTRPC()
  const query = useSuspenseInfiniteQuery(
    trpc.decision.list.infiniteQueryOptions(
      { outcome, limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
  )
  const rows = query.data.pages.flatMap((page) => page.items)
  return (
    <Card aria-label="Decisions" className="overflow-hidden pt-1">
      {rows.length === 0 ? (
        <Empty title={outcome === null ? 'No decisions yet' : 'None with this outcome'}>
          Each request to the engine appears here within a second, with what paid for it and why.
        </Empty>
      ) : (
        <DecisionTable rows={rows} zone={zone} caption="Decisions, newest first" />
      )}
      <ShowOlder query={query} />
    </Card>
  )
}
