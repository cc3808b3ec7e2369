'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useEffect, useState } from 'react'
import { formatMoney } from '../../core/shared/money.ts'
import { Button, buttonStyle } from '../primitives/button.tsx'
import { Card } from '../primitives/card.tsx'
import { useInBrowser } from '../primitives/use-in-browser.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'

type Checkout = Outputs['purchase']['testCheckout']

const CARDS = [
  ['success', 'A card that pays', 'Paid at once.'],
  ['decline', 'A card that is declined', 'Not enough on it; another card may follow.'],
  ['three_d_secure', 'A card whose bank asks', '3-D Secure: you are asked to confirm.'],
  ['slow', 'A slow bank', 'The money takes four seconds.'],
  ['duplicate_webhook', 'A processor that repeats itself', 'It tells of the payment three times.'],
  ['declines_later', 'A card that declines later', 'It pays now; auto top-up with it is declined.'],
  ['pays_too_little', 'A card that pays too little', 'A cent is missing: nothing is credited, and support is told.'],
] as const
const ACTIONS = [
  ['refund_half', 'Refund half'],
  ['refund', 'Refund all'],
  ['refund_fails', 'Last refund fails'],
  ['dispute', 'Open a dispute'],
  ['dispute_won', 'Dispute won'],
  ['dispute_lost', 'Dispute lost'],
] as const

/** Stands in for a processor's hosted page: a card is an outcome. */
export function TestCheckout({ reference }: { reference: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const query = trpc.purchase.testCheckout.queryOptions({ reference })
  const { data } = useSuspenseQuery(query)
  const ready = useInBrowser()
  const [leaving, setLeaving] = useState(false)
  const show = (checkout: Checkout) => {
    queries.setQueryData(query.queryKey, checkout)
    if (checkout.status === 'paid' || checkout.status === 'processing') setLeaving(true)
  }
  // paid in another tab meanwhile: the page then says so
  const onError = () => queries.invalidateQueries(trpc.purchase.testCheckout.queryFilter({ reference }))
  const pay = useMutation(trpc.purchase.testPay.mutationOptions({ onSuccess: show, onError }))
  const answer = useMutation(trpc.purchase.testAnswer.mutationOptions({ onSuccess: show, onError }))
  const desk = useMutation(
    trpc.purchase.testBackOffice.mutationOptions({
      onSuccess: (checkout) => queries.setQueryData(query.queryKey, checkout),
    }),
  )
  useEffect(() => {
    if (leaving) window.location.assign(data.doneUrl)
  }, [leaving, data.doneUrl])
  const error = pay.error ?? answer.error ?? desk.error
  const busy = pay.isPending || answer.isPending || leaving
  return (
    <div className="space-y-4">
      <p className="flex items-start gap-2.5 rounded-lg bg-warn-soft px-4 py-3 text-13 text-warn">
        <FlaskConical aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          <strong className="font-semibold">Test processor.</strong> This page is part of the demo. No card is asked for
          and no money moves; choose what the card does.
        </span>
      </p>
      <Card className="p-5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h1 className="font-semibold text-lg tracking-[-0.015em]">Pay for {data.title}</h1>
          <p className="font-medium text-[1.5rem] leading-8 tracking-[-0.03em]">
            {formatMoney(data.totalMinor, data.currency)}
          </p>
        </div>
        <p className="font-mono text-2xs text-ink-3 break-all">{data.reference}</p>
        {data.keepMethod && (
          <p className="mt-1 text-13 text-ink-3">The method is kept for later purchases, as you agreed.</p>
        )}
        {data.declined !== null && data.status === 'open' && (
          <p role="alert" className="mt-4 rounded-md bg-bad-soft px-3 py-2 text-13 text-bad">
            {data.declined} Nothing was charged; try another card.
          </p>
        )}
        {error !== null && (
          <p role="alert" className="mt-4 rounded-md bg-bad-soft px-3 py-2 text-13 text-bad">
            {error.message}
          </p>
        )}
        {data.status === 'open' && (
          <form
            className="mt-4"
            onSubmit={(event) => {
              event.preventDefault()
              const chosen = new FormData(event.currentTarget).get('card')
              const card = CARDS.find(([value]) => value === chosen)
              if (card !== undefined) pay.mutate({ reference, card: card[0] })
            }}
          >
            <fieldset>
              <legend className="sr-only">Card</legend>
              <div className="divide-y divide-line rounded-lg border border-line">
                {CARDS.map(([value, title, note]) => (
                  <label
                    key={value}
                    className="grid cursor-pointer grid-cols-[1rem_1fr] items-start gap-x-3 px-3.5 py-2.5 text-13 first:rounded-t-lg last:rounded-b-lg has-checked:bg-accent-soft/60"
                  >
                    <input
                      type="radio"
                      name="card"
                      value={value}
                      defaultChecked={value === 'success'}
                      className="row-span-2 mt-0.5 size-4 accent-(--accent)"
                    />
                    <span className="font-medium">{title}</span>
                    <span className="text-ink-3">{note}</span>
                  </label>
                ))}
              </div>
            </fieldset>
            <div className="mt-4 flex flex-wrap gap-2">
              <Button type="submit" tone="primary" disabled={busy || !ready}>
                {busy ? 'Paying\u2026' : `Pay ${formatMoney(data.totalMinor, data.currency)}`}
              </Button>
              <a href={data.backUrl} className={buttonStyle({ tone: 'ghost' })}>
                Back without paying
              </a>
            </div>
          </form>
        )}
        {data.status === 'waiting_for_bank' && (
          <div className="mt-4 rounded-lg border border-line bg-sunken p-4">
            <p className="font-medium">Your bank asks: is it you?</p>
            <p className="mt-1 text-13 text-ink-3">3-D Secure, as a bank&rsquo;s own app would ask.</p>
            <div className="mt-3 flex flex-wrap gap-2">
              <Button tone="primary" disabled={busy} onClick={() => answer.mutate({ reference, agrees: true })}>
                Yes, it is me
              </Button>
              <Button disabled={busy} onClick={() => answer.mutate({ reference, agrees: false })}>
                No
              </Button>
            </div>
          </div>
        )}
        {(data.status === 'paid' || data.status === 'processing' || data.status === 'expired') && (
          <div className="mt-4">
            <p className="text-13 text-ink-2">
              {data.status === 'paid' && 'Paid. It cannot be paid again.'}
              {data.status === 'processing' && 'The bank is slow: the money is on its way.'}
              {data.status === 'expired' && 'This checkout has ended. Nothing was charged.'}
            </p>
            <a href={data.doneUrl} className={buttonStyle({ tone: 'primary', className: 'mt-3' })}>
              To the purchase
            </a>
          </div>
        )}
      </Card>
      {data.status === 'paid' && (
        <Card aria-labelledby="desk" className="p-5">
          <h2 id="desk" className="font-semibold text-[0.9375rem]">
            The processor&rsquo;s back office
          </h2>
          <p className="mt-1 text-13 text-ink-3">
            What the seller or a bank may do later. Refunded so far: {formatMoney(data.refundedMinor, data.currency)}
            {data.disputed && '; disputed'}.
          </p>
          <div className="mt-3 flex flex-wrap gap-2">
            {ACTIONS.filter(([action]) => offered(action, data)).map(([action, title]) => (
              <Button
                key={action}
                size="sm"
                disabled={desk.isPending}
                onClick={() => desk.mutate({ reference, action })}
              >
                {title}
              </Button>
            ))}
          </div>
        </Card>
      )}
    </div>
  )
}

/** A dispute ends once it was opened, a refund fails once it was made; what is returned cannot be returned again. */
function offered(action: (typeof ACTIONS)[number][0], { disputed, refundedMinor, totalMinor }: Checkout): boolean {
  if (action === 'dispute_won' || action === 'dispute_lost') return disputed
  if (action === 'dispute') return !disputed
  if (action === 'refund_fails') return refundedMinor > 0n
  return refundedMinor < (action === 'refund_half' ? totalMinor / 2n : totalMinor)
}
