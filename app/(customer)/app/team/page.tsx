import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'
import { Team } from '@/ui/team/team.tsx'

export const metadata: Metadata = { title: 'Team' }

export default async function TeamPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.team.list.queryOptions())
  return (
    <>
      <PageHead title="Team" note="Who belongs here, and what each may do" />
      <Hydrate>
        <Guarded what="The team">
          <Suspense fallback={<Skeleton className="h-80 rounded-xl" />}>
            <Team />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
