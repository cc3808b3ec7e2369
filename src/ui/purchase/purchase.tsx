'use client'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import Link from 'next/link'
import { useState } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { formatMoney } from '../../core/shared/money.ts'
import { creditsPhrase } from '../format/amount.ts'
import { PageHead } from '../frame/page-head.tsx'
import { Amount } from '../primitives/amount.tsx'
import { buttonStyle } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import { Moment } from '../primitives/moment.tsx'
import { OtherMoney } from './other-money.tsx'
import { Receipt } from './receipt.tsx'
import { StatusBadge } from './status-badge.tsx'
import { Steps } from './steps.tsx'
import type { PurchaseView } from './types.ts'

/** One purchase from order to use, live: nothing is called done before the ledger and the gate have it. */
export function Purchase({ id, zone }: { id: string; zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { data } = useSuspenseQuery(trpc.purchase.read.queryOptions({ id }))
  const [cut, setCut] = useState(false)
  useSubscription(
    trpc.purchase.live.subscriptionOptions(
      { id },
      {
        onData: () => {
          setCut(false)
          void queries.invalidateQueries(trpc.purchase.read.queryFilter({ id }))
        },
        onError: () => setCut(true),
      },
    ),
  )
  return (
    <>
      <nav aria-label="Path" className="mb-4 text-13 text-ink-3 print:hidden">
        <Link href="/app/purchases" className="hover:text-ink hover:underline">
          Purchases
        </Link>
        <span aria-hidden className="mx-1.5">
          /
        </span>
        <span className="text-ink-2">Purchase</span>
      </nav>
      <PageHead title={data.pack.title} note={`Bought by ${data.buyer}`}>
        <div className="flex flex-wrap items-center gap-2 print:hidden" aria-live="polite">
          <StatusBadge status={data.status} otherMoney={data.otherMoney} />
          {data.checkoutUrl !== null && data.mayBuy && (
            <a href={data.checkoutUrl} className={buttonStyle({ tone: 'primary', size: 'sm' })}>
              {data.status === 'failed' ? 'Try another card' : 'Go on to pay'}
            </a>
          )}
          {data.status === 'expired' && (
            <Link href="/app/credits/buy" className={buttonStyle({ size: 'sm' })}>
              Buy again
            </Link>
          )}
        </div>
      </PageHead>
      {cut && (
        <p role="status" className="mb-4 rounded-lg bg-warn-soft px-4 py-2.5 text-13 text-warn">
          The live connection is cut: this is how it stood. It comes back by itself.
        </p>
      )}
      <OtherMoney view={data} zone={zone} />
      <div className="grid items-start gap-4 lg:grid-cols-[7fr_5fr]">
        <Card aria-labelledby="steps" className="p-5 print:hidden">
          <SectionHead id="steps" title="What happened" note="as it happens" />
          <Steps view={data} zone={zone} />
        </Card>
        <div className="space-y-4">
          {data.paidAtMs === null && <Ordered view={data} />}
          {data.grant !== null && (
            <Card aria-labelledby="grant" className="p-5 print:hidden">
              <SectionHead id="grant" title="These credits" />
              <dl className="mt-3 grid grid-cols-[1fr_auto] gap-y-1.5 text-13">
                <dt className="text-ink-3">Bought</dt>
                <dd className="text-right">
                  <Amount value={data.pack.credits} />
                </dd>
                <dt className="text-ink-3">Can be spent now</dt>
                <dd className="text-right font-medium">
                  <Amount value={data.grant.available} />
                </dd>
                <dt className="text-ink-3">Used</dt>
                <dd className="text-right">
                  <Amount value={data.grant.spent} />
                </dd>
                {data.grant.revoked > 0n && (
                  <>
                    <dt className="text-ink-3">Taken back</dt>
                    <dd className="text-right">
                      <Amount value={data.grant.revoked} />
                    </dd>
                  </>
                )}
              </dl>
              <p className="mt-3 border-line border-t pt-3 text-13 text-ink-3">
                {data.grant.expiresAtMs === null ? (
                  'They do not expire.'
                ) : (
                  <>
                    They expire <Moment atMs={data.grant.expiresAtMs} zone={zone} />.
                  </>
                )}
              </p>
              {data.writtenOff > 0n && (
                <p className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
                  {creditsPhrase(data.writtenOff)} had been used before the money went back. They are written off: no
                  balance goes below zero for it.
                </p>
              )}
              <div className="mt-3">
                <CopyId id={data.grant.id} />
              </div>
            </Card>
          )}
          {data.paidAtMs !== null && <Receipt view={data} zone={zone} />}
          {data.failure !== null && data.paidAtMs === null && data.otherwise.length === 0 && (
            <p role="alert" className="rounded-lg bg-bad-soft px-4 py-3 text-13 text-bad">
              {data.failure} Nothing was charged.
            </p>
          )}
        </div>
      </div>
    </>
  )
}

/** What would be bought, while it is not paid. */
function Ordered({ view }: { view: PurchaseView }) {
  const { pack } = view
  return (
    <Card aria-labelledby="ordered" className="p-5">
      <SectionHead id="ordered" title="What was ordered" />
      <dl className="mt-3 grid grid-cols-[1fr_auto] gap-y-1.5 text-13">
        <dt className="text-ink-3">Credits</dt>
        <dd className="text-right">
          <Amount value={pack.credits} />
        </dd>
        <dt className="text-ink-3">Price{pack.taxNote !== null && `, ${pack.taxNote}`}</dt>
        <dd className="text-right">{formatMoney(pack.totalMinor, pack.currency)}</dd>
        <dt className="text-ink-3">Once credited, they</dt>
        <dd className="text-right">
          {pack.expiresAfterDays === null ? 'do not expire' : `last ${pack.expiresAfterDays} days`}
        </dd>
      </dl>
      {view.otherwise.length === 0 && (
        <p className="mt-3 border-line border-t pt-3 text-13 text-ink-3">
          Nothing is charged until the processor confirms it.
        </p>
      )}
    </Card>
  )
}
