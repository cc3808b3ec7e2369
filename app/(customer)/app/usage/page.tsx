import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { PAGE } from '@/ui/decision/filters.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { UsageList } from '@/ui/usage/usage-list.tsx'

export const metadata: Metadata = { title: 'Usage' }

export default async function UsagePage() {
  await requireViewer()
  void getQueryClient().prefetchInfiniteQuery(
    trpc.usage.list.infiniteQueryOptions(
      { limit: PAGE },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
  )
  return (
    <>
      <PageHead title="Usage" note="What was really used, free use included; each line opens its proof" />
      <Hydrate>
        <Guarded what="Usage">
          <Suspense fallback={<Skeleton className="h-[36rem] rounded-xl" />}>
            <UsageList />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
