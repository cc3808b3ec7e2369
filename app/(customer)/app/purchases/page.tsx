import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { buttonStyle } from '@/ui/primitives/button.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { PurchaseList } from '@/ui/purchase/purchase-list.tsx'
import { PURCHASES } from '@/ui/purchase/queries.ts'

export const metadata: Metadata = { title: 'Purchases' }

export default async function PurchasesPage() {
  await requireViewer()
  void getQueryClient().prefetchInfiniteQuery(
    trpc.purchase.list.infiniteQueryOptions(PURCHASES, {
      getNextPageParam: (page) => page.nextCursor,
      initialCursor: null,
    }),
  )
  return (
    <>
      <PageHead title="Purchases" note="From order to use, with every step and receipt">
        <Link href="/app/credits/buy" className={buttonStyle({ tone: 'primary' })}>
          Buy credits
        </Link>
      </PageHead>
      <Hydrate>
        <Guarded what="Purchases">
          <Suspense fallback={<Skeleton className="h-96 rounded-xl" />}>
            <PurchaseList />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
