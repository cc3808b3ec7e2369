import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { Settings } from '@/ui/settings/settings.tsx'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  await requireViewer()
  const queries = getQueryClient()
  void queries.prefetchQuery(trpc.identity.me.queryOptions())
  void queries.prefetchQuery(trpc.identity.sessions.queryOptions())
  void queries.prefetchQuery(trpc.team.customer.queryOptions())
  return (
    <>
      <PageHead title="Settings" note="You, where you are signed in, and the customer" />
      <Hydrate>
        <Guarded what="Your settings">
          <Suspense fallback={<Skeleton className="h-[32rem] rounded-xl" />}>
            <Settings />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
