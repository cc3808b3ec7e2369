import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Keys } from '@/ui/keys/keys.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'API keys' }

export default async function KeysPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.keys.list.queryOptions())
  const { timeZone } = await caller.team.customer()
  return (
    <>
      <PageHead title="API keys" note="Credentials of your own programs, for your own data" />
      <Hydrate>
        <Guarded what="Your keys">
          <Suspense fallback={<Skeleton className="h-80 rounded-xl" />}>
            <Keys zone={timeZone} />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
