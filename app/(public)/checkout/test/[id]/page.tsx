import type { Metadata } from 'next'
import { Suspense } from 'react'
import { getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { Wordmark } from '@/ui/brand/mark.tsx'
import { TestCheckout } from '@/ui/purchase/test-checkout.tsx'

export const metadata: Metadata = { title: 'Test processor', robots: { index: false } }
export const dynamic = 'force-dynamic'

/** The built-in processor's page. It exists in a demo only: elsewhere every reference is unknown. */
export default async function TestCheckoutPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await orNotFound(getQueryClient().fetchQuery(trpc.purchase.testCheckout.queryOptions({ reference: id })))
  return (
    <div className="mx-auto max-w-xl px-4 pb-16 sm:px-6">
      <header className="flex h-16 items-center">
        <Wordmark />
      </header>
      <main id="content">
        <Hydrate>
          <Suspense>
            <TestCheckout reference={id} />
          </Suspense>
        </Hydrate>
      </main>
    </div>
  )
}
