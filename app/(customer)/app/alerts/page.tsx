import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Alerts } from '@/ui/alert/alerts.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Alerts and caps' }

export default async function AlertsPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.alert.settings.queryOptions())
  return (
    <>
      <PageHead title="Alerts and caps" note="What may be spent, and who hears when much of it is used" />
      <Hydrate>
        <Guarded what="Alerts and caps">
          <Suspense fallback={<Skeleton className="h-[36rem] rounded-xl" />}>
            <Alerts />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
