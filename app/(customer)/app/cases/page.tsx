import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { CaseList } from '@/ui/cases/case-list.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { Skeleton } from '@/ui/primitives/skeleton.tsx'

export const metadata: Metadata = { title: 'Cases' }

export default async function CasesPage() {
  await requireViewer()
  void getQueryClient().prefetchQuery(trpc.cases.list.queryOptions())
  const { customer } = await caller.access.frame()
  return (
    <>
      <PageHead title="Cases" note="Questions and disputes, each with its evidence" />
      <Hydrate>
        <Guarded what="Your cases">
          <Suspense fallback={<Skeleton className="h-72 rounded-xl" />}>
            <CaseList zone={customer.zone} />
          </Suspense>
        </Guarded>
      </Hydrate>
    </>
  )
}
