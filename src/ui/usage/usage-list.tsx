'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { PAGE } from '../decision/filters.ts'
import { relative } from '../format/time.ts'
import { shortId } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { ShowOlder } from '../frame/show-older.tsx'
import { Card } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { LayerMark } from '../primitives/layer-mark.tsx'
import { type Outputs, useTRPC } from '../trpc/client.tsx'

type Line = Outputs['usage']['list']['items'][number]['lines'][number]

/** What was really used, newest first; free use included. Each line opens its proof. */
export function UsageList() {
  const trpc = useTRPC()
  const nowMs = useNow()
  const query = useSuspenseInfiniteQuery(
    trpc.usage.list.infiniteQueryOptions(
      { limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
  )
  const events = query.data.pages.flatMap((page) => page.items)
  return (
    <Card aria-label="Usage events" className="overflow-hidden">
      {events.length === 0 ? (
        <Empty title="Nothing used yet">Usage appears here when a request is captured, also when it was free.</Empty>
      ) : (
        <ul className="divide-y divide-line">
          {events.map((event) => (
            <li key={event.id}>
              <Link
                href={`/app/usage/${event.id}`}
                className="grid grid-cols-[1fr_auto] items-center gap-x-4 px-5 py-2.5 hover:bg-sunken sm:grid-cols-[7rem_1fr_1.4fr_8rem]"
              >
                <span className="order-3 text-13 text-ink-3 sm:order-none">{relative(event.effectiveAtMs, nowMs)}</span>
                <span className="min-w-0">
                  <span className="font-medium text-13">{event.feature}</span>{' '}
                  <span className="hidden font-mono text-2xs text-ink-3 lg:inline">{shortId(event.id)}</span>
                </span>
                <span className="order-4 flex flex-wrap justify-end gap-1 sm:order-none sm:justify-start">
                  {event.lines.map((line) => (
                    <PaidBy key={'source' in line ? line.source : line.kind} line={line} />
                  ))}
                </span>
                <Amount value={event.cost} aligned className="text-right text-13" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ShowOlder query={query} />
    </Card>
  )
}

function PaidBy({ line }: { line: Line }) {
  const layer = line.kind === 'window' ? 'included' : line.kind === 'grant' ? line.layer : null
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-[5px] bg-sunken px-1.5 text-2xs leading-5 ring-1 ring-line ring-inset">
      {layer !== null && <LayerMark layer={layer} />}
      <span className="text-ink-2">
        {line.kind === 'window' ? line.source.replaceAll('_', ' ') : (layer ?? line.kind)}
      </span>
      <Amount value={line.amount} className="font-medium" />
    </span>
  )
}
