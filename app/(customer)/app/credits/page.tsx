import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Credits } from '@/ui/credits/credits.tsx'
import { LEDGER } from '@/ui/credits/queries.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { buttonStyle } from '@/ui/primitives/button.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Credits' }

export default async function CreditsPage() {
  await requireViewer()
  const queries = getQueryClient()
  void queries.prefetchQuery(trpc.access.overview.queryOptions())
  void queries.prefetchInfiniteQuery(
    trpc.credits.ledger.infiniteQueryOptions(LEDGER, {
      getNextPageParam: (page) => page.nextCursor,
      initialCursor: null,
    }),
  )
  return (
    <>
      <PageHead title="Credits" note="What pays once included windows are used up, and how it moved">
        <Link href="/app/credits/buy" className={buttonStyle({ tone: 'primary' })}>
          Buy credits
        </Link>
      </PageHead>
      <Hydrate>
        <Guarded what="Your credits">
          <Suspense fallback={<Skeleton className="h-[36rem] rounded-xl" />}>
            <Credits />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
