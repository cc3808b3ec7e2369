import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { caller, getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { Guarded } from '@/ui/frame/failed.tsx'
import { UsageProof } from '@/ui/usage/usage-proof.tsx'

export const metadata: Metadata = { title: 'Proof' }

export default async function UsageProofPage({ params }: { params: Promise<{ id: string }> }) {
  await requireViewer()
  const { id } = await params
  const [{ customer }] = await Promise.all([
    caller.access.frame(),
    orNotFound(getQueryClient().fetchQuery(trpc.usage.proof.queryOptions({ id }))),
  ])
  return (
    <Hydrate>
      <Guarded what="This usage event">
        <Suspense>
          <UsageProof id={id} zone={customer.zone} />
        </Suspense>
      </Guarded>
    </Hydrate>
  )
}
