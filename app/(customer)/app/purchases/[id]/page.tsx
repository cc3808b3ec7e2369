import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { Purchase } from '@/ui/purchase/purchase.tsx'

export const metadata: Metadata = { title: 'Purchase' }

export default async function PurchasePage({ params }: { params: Promise<{ id: string }> }) {
  await requireViewer()
  const { id } = await params
  const [{ customer }] = await Promise.all([
    caller.access.frame(),
    orNotFound(getQueryClient().fetchQuery(trpc.purchase.read.queryOptions({ id }))),
  ])
  return (
    <Hydrate>
      <Guarded what="This purchase">
        <Suspense>
          <Purchase id={id} zone={customer.zone} />
        </Suspense>
      </Guarded>
    </Hydrate>
  )
}
