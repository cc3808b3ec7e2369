import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { Buy } from '@/ui/purchase/buy.tsx'

export const metadata: Metadata = { title: 'Buy credits' }

export default async function BuyPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.purchase.offer.queryOptions())
  return (
    <>
      <PageHead title="Buy credits" note="What you need, what it costs, and what it does, before you pay" />
      <Hydrate>
        <Guarded what="The offer">
          <Suspense fallback={<Skeleton className="h-[36rem] rounded-xl" />}>
            <Buy />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
