import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../caller.tsx'
import { Overview } from '@/ui/access/overview.tsx'
import { OverviewSkeleton } from '@/ui/access/overview-skeleton.tsx'
import { LAST_DECISIONS, LAST_DENIALS } from '@/ui/access/queries.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage() {
  await requireViewer()
  const queries = getQueryClient()
  void queries.prefetchQuery(trpc.access.overview.queryOptions())
  void queries.prefetchQuery(trpc.reset.list.queryOptions())
  void queries.prefetchQuery(trpc.access.settlement.queryOptions())
  void queries.prefetchQuery(trpc.decision.list.queryOptions(LAST_DECISIONS))
  void queries.prefetchQuery(trpc.decision.list.queryOptions(LAST_DENIALS))
  return (
    <>
      <PageHead title="Overview" note="What you may still use, and what pays for it" />
      <Hydrate>
        <Guarded what="Your access">
          <Suspense fallback={<OverviewSkeleton />}>
            <Overview />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
