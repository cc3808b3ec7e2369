'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { DecisionTable } from '../decision/decision-table.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { LAST_DECISIONS } from './queries.ts'

export function RecentCard({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.decision.list.queryOptions(LAST_DECISIONS))
  return (
    <Card aria-labelledby="recent" className="overflow-hidden">
      <SectionHead id="recent" title="Recent decisions" className="px-5 pt-5 pb-2">
        <Link
          href="/app/decisions"
          className="font-medium text-13 text-accent hover:text-accent-strong hover:underline"
        >
          All decisions
        </Link>
      </SectionHead>
      {data.items.length === 0 ? (
        <Empty title="No decisions yet">
          Each request to the engine appears here within a second, with what paid for it and why.
        </Empty>
      ) : (
        <DecisionTable rows={data.items} zone={zone} caption="Recent decisions" />
      )}
    </Card>
  )
}
