'use client'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { ArrowRight, Lock } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { formatMoney } from '../../core/shared/money.ts'
import { useLive } from '../frame/live.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { EffectCard } from './effect-card.tsx'
import { NeedCard } from './need-card.tsx'
import { PackCards } from './pack-cards.tsx'
import { StatusBadge } from './status-badge.tsx'

/** Everything to know before paying, beside what is paid. The button starts one purchase, however often it is pressed. */
export function Buy() {
  const trpc = useTRPC()
  const router = useRouter()
  const { state } = useLive()
  const { data: offer } = useSuspenseQuery(trpc.purchase.offer.queryOptions())
  const [chosen, setChosen] = useState<string | null>(null)
  const [keepMethod, setKeepMethod] = useState(false)
  const start = useMutation(
    trpc.purchase.start.mutationOptions({
      onSuccess: ({ id, checkoutUrl }) => {
        if (checkoutUrl === null) router.push(`/app/purchases/${id}`)
        else window.location.assign(checkoutUrl)
      },
    }),
  )
  const pack = offer.packs.find(({ id }) => id === chosen) ?? offer.packs[Math.floor((offer.packs.length - 1) / 2)]
  if (offer.seller === null || pack === undefined) {
    return (
      <Card>
        <Empty title="Nothing is sold here">
          {offer.seller === null
            ? 'No payment processor is set up on this installation. Its operator can connect one.'
            : 'The policy in force offers no packs.'}
        </Empty>
      </Card>
    )
  }
  const busy = start.isPending || start.isSuccess
  return (
    <div
      className={cn(
        'grid items-start gap-4 transition-[filter] duration-300 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]',
        state === 'stale' && 'grayscale',
      )}
    >
      <div className="space-y-4">
        {!offer.mayBuy && (
          <p role="status" className="flex items-start gap-2 rounded-lg bg-warn-soft px-4 py-3 text-13 text-warn">
            <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
            You are a {offer.role} here. Owners and billing people may buy; you can see what it would cost.
          </p>
        )}
        <PackCards packs={offer.packs} chosen={pack.id} onChoose={setChosen} pace={offer.pace} zone={offer.timeZone} />
        <Card aria-labelledby="pay" className="p-5">
          <SectionHead
            id="pay"
            title="Pay"
            note={offer.seller === 'test' ? 'at the built-in test processor' : 'by Stripe'}
          />
          <dl className="mt-3 grid grid-cols-[1fr_auto] gap-y-1.5 text-13">
            <dt className="text-ink-3">{pack.title}</dt>
            <dd className="text-right">{formatMoney(pack.totalMinor - pack.taxMinor, pack.currency)}</dd>
            <dt className="text-ink-3">Tax</dt>
            <dd className="text-right">{formatMoney(pack.taxMinor, pack.currency)}</dd>
            <dt className="border-line border-t pt-2 font-medium text-sm">
              To pay, once
              {pack.taxNote !== null && <span className="font-normal text-13 text-ink-3"> {pack.taxNote}</span>}
            </dt>
            <dd className="border-line border-t pt-2 text-right font-medium text-sm">
              {formatMoney(pack.totalMinor, pack.currency)}
            </dd>
          </dl>
          <label className="mt-4 flex items-start gap-2.5 text-13">
            <input
              type="checkbox"
              checked={keepMethod}
              disabled={!offer.mayBuy || busy}
              onChange={(event) => setKeepMethod(event.target.checked)}
              className="mt-1 size-4 shrink-0 accent-(--accent)"
            />
            <span>
              Keep this payment method at the processor
              <span className="block text-ink-3">
                Only needed for auto top-up, which stays off until somebody switches it on with a consent of its own.
              </span>
            </span>
          </label>
          {start.isError && (
            <p role="alert" className="mt-3 rounded-md bg-bad-soft px-3 py-2 text-13 text-bad">
              {start.error.message}
            </p>
          )}
          <Button
            tone="primary"
            className="mt-4 w-full"
            disabled={!offer.mayBuy || busy}
            onClick={() => start.mutate({ pack: pack.id, intent: offer.intent, keepMethod })}
          >
            {busy ? 'Opening the checkout\u2026' : `Continue to pay ${formatMoney(pack.totalMinor, pack.currency)}`}
            {!busy && <ArrowRight aria-hidden />}
          </Button>
          <p className="mt-2 text-13 text-ink-3">
            Nothing is charged before you confirm on the next page. Pressing twice, or in two tabs, opens the same
            checkout.
          </p>
        </Card>
      </div>
      <div className="space-y-4">
        {offer.open.length > 0 && (
          <Card aria-labelledby="open" className="overflow-hidden">
            <SectionHead id="open" title="Not finished yet" className="px-5 pt-4 pb-2" />
            <ul className="divide-y divide-line border-line border-t">
              {offer.open.map((one) => (
                <li key={one.id}>
                  <Link
                    href={`/app/purchases/${one.id}`}
                    className="flex items-center justify-between gap-3 px-5 py-2.5 text-13 hover:bg-sunken"
                  >
                    <span>{one.pack.title}</span>
                    <StatusBadge status={one.status} otherMoney={one.otherMoney} />
                  </Link>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <NeedCard offer={offer} pack={pack} />
        <EffectCard offer={offer} />
      </div>
    </div>
  )
}
