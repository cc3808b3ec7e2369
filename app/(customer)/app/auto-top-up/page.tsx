import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { AutoTopUp } from '@/ui/auto-top-up/auto-top-up.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Auto top-up' }

export default async function AutoTopUpPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.credits.topUp.queryOptions())
  return (
    <>
      <PageHead title="Auto top-up" note="Off unless somebody agrees to it here" />
      <Hydrate>
        <Guarded what="Auto top-up">
          <Suspense fallback={<Skeleton className="h-96 rounded-xl" />}>
            <AutoTopUp />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
