import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Limits } from '@/ui/limits/limits.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Limits' }

export default async function LimitsPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.limits.overview.queryOptions())
  return (
    <>
      <PageHead title="Limits" note="What is in force for you, how much of it is used, and the way to more" />
      <Hydrate>
        <Guarded what="Your limits">
          <Suspense fallback={<Skeleton className="h-[40rem] rounded-xl" />}>
            <Limits />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
