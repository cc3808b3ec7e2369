import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { Webhooks } from '@/ui/webhook/webhooks.tsx'

export const metadata: Metadata = { title: 'Webhooks' }

export default async function WebhooksPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.webhook.list.queryOptions())
  const { timeZone } = await caller.team.customer()
  return (
    <>
      <PageHead
        title="Webhooks"
        note="Your own servers hear of what happens here, and can tell that it comes from here"
      />
      <Hydrate>
        <Guarded what="Webhooks">
          <Suspense fallback={<Skeleton className="h-80 rounded-xl" />}>
            <Webhooks zone={timeZone} />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
