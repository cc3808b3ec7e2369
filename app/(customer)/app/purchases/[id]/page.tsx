import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { shortId } from '@/ui/format/words.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { Purchase } from '@/ui/purchase/purchase.tsx'

interface Named {
  readonly params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Named): Promise<Metadata> {
  return { title: `Purchase ${shortId((await params).id)}` }
}

export default async function PurchasePage({ params }: Named) {
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
