import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { DecisionList, OutcomeFilters } from '@/ui/decision/decision-list.tsx'
import { outcomeFilter, PAGE } from '@/ui/decision/filters.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Decisions' }

export default async function DecisionsPage({
  searchParams,
}: {
  searchParams: Promise<{ outcome?: string | string[] }>
}) {
  await requireViewer()
  const outcome = outcomeFilter((await searchParams).outcome)
  const { customer } = await caller.access.frame()
  void getQueryClient().prefetchInfiniteQuery(
    trpc.decision.list.infiniteQueryOptions(
      { outcome, limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
  )
  return (
    <>
      <PageHead title="Decisions" note="Every answer the engine gave you, and why">
        <OutcomeFilters outcome={outcome} />
      </PageHead>
      <Hydrate>
        <Guarded what="Decisions">
          <Suspense key={outcome} fallback={<Skeleton className="h-[36rem] rounded-xl" />}>
            <DecisionList outcome={outcome} zone={customer.zone} />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
