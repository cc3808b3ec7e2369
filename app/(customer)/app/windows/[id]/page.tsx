import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { OverviewSkeleton } from '@/ui/access/overview-skeleton.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { WindowPage } from '@/ui/windows/window-page.tsx'

interface Named {
  readonly params: Promise<{ id: string }>
}

/** Named as the policy calls it; by its id while that cannot be read. */
export async function generateMetadata({ params }: Named): Promise<Metadata> {
  const { id } = await params
  const overview = await getQueryClient()
    .fetchQuery(trpc.access.overview.queryOptions())
    .catch(() => null)
  return { title: overview?.windows.find((one) => one.id === id)?.title ?? 'Window' }
}

export default async function IncludedWindowPage({ params }: Named) {
  await requireViewer()
  const { id } = await params
  const queries = getQueryClient()
  void queries.prefetchQuery(trpc.access.overview.queryOptions())
  void queries.prefetchQuery(trpc.reset.list.queryOptions())
  await orNotFound(queries.fetchQuery(trpc.limits.windowHistory.queryOptions({ id })))
  return (
    <Hydrate>
      <Guarded what="This window">
        <Suspense fallback={<OverviewSkeleton />}>
          <WindowPage id={id} />
        </Suspense>
      </Guarded>
    </Hydrate>
  )
}
