'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { relative } from '../format/time.ts'
import { REASON_WORDS } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { LAST_DENIALS } from './queries.ts'

export function DenialsCard() {
  const trpc = useTRPC()
  const nowMs = useNow()
  const { data } = useSuspenseQuery(trpc.decision.list.queryOptions(LAST_DENIALS))
  return (
    <Card aria-labelledby="denials" className="overflow-hidden">
      <SectionHead id="denials" title="Last denials" className="px-5 pt-5" />
      {data.items.length === 0 ? (
        <Empty title="Nothing was denied">When something is, it stands here with its reason and what you can do.</Empty>
      ) : (
        <ul className="mt-3 divide-y divide-line border-line border-t">
          {data.items.map((row) => (
            <li key={row.id}>
              <Link
                href={`/app/decisions/${row.id}`}
                className="group flex items-baseline justify-between gap-3 px-5 py-2.5 hover:bg-sunken"
              >
                <span className="min-w-0">
                  <span className="font-medium">{row.reason === null ? 'Denied' : REASON_WORDS[row.reason]}</span>
                  <span className="block text-13 text-ink-3">
                    {row.featureTitle}, {relative(row.atMs, nowMs)}
                    {row.retryAtMs !== null &&
                      (row.retryAtMs > nowMs ? `; passes again ${relative(row.retryAtMs, nowMs)}` : '; would pass now')}
                  </span>
                </span>
                <span className="font-medium text-13 text-accent group-hover:underline">why?</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
