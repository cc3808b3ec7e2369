import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { CasePage } from '@/ui/cases/case-page.tsx'
import { Guarded } from '@/ui/frame/failed.tsx'

export const metadata: Metadata = { title: 'Case' }

export default async function OneCasePage({ params }: { params: Promise<{ id: string }> }) {
  await requireViewer()
  const { id } = await params
  const [{ customer }] = await Promise.all([
    caller.access.frame(),
    orNotFound(getQueryClient().fetchQuery(trpc.cases.read.queryOptions({ id }))),
  ])
  return (
    <Hydrate>
      <Guarded what="This case">
        <Suspense>
          <CasePage id={id} zone={customer.zone} />
        </Suspense>
      </Guarded>
    </Hydrate>
  )
}
