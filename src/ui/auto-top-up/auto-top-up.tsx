'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import Link from 'next/link'
import { formatMoney } from '../../core/shared/money.ts'
import { relative } from '../format/time.ts'
import { useLive } from '../frame/live.tsx'
import { useNow } from '../frame/now.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Empty } from '../primitives/empty.tsx'
import { Meter } from '../primitives/meter.tsx'
import { Moment } from '../primitives/moment.tsx'
import { toast } from '../primitives/toast.ts'
import { StatusBadge } from '../purchase/status-badge.tsx'
import { permilleOf } from '../format/share.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import { Terms } from './terms.tsx'

export type TopUpView = Outputs['credits']['topUp']
type Settings = NonNullable<TopUpView['settings']>

/** Auto top-up: off until somebody agrees to a sentence, and what it did since. */
export function AutoTopUp() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { state } = useLive()
  const { data: view } = useSuspenseQuery(trpc.credits.topUp.queryOptions())
  const switchOff = useMutation(
    trpc.credits.switchOff.mutationOptions({
      onSuccess: () => {
        toast.success('Auto top-up is off')
        return queries.invalidateQueries(trpc.credits.topUp.queryFilter())
      },
    }),
  )
  const { settings } = view
  const on = settings?.enabled === true
  return (
    <div
      className={cn(
        'grid items-start gap-4 transition-[filter] duration-300 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]',
        state === 'stale' && 'grayscale',
      )}
    >
      <div className="space-y-4">
        {!view.mayChange && (
          <p role="status" className="flex items-start gap-2 rounded-lg bg-warn-soft px-4 py-3 text-13 text-warn">
            <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
            You are a {view.role} here. Owners and billing people may switch this on and off.
          </p>
        )}
        <Card aria-labelledby="now" className="p-5">
          <SectionHead id="now" title="Now">
            <Badge tone={on ? 'ok' : 'plain'} data-auto-top-up={on ? 'on' : 'off'}>
              {on ? 'on' : 'off'}
            </Badge>
          </SectionHead>
          {on && settings !== null ? (
            <On settings={settings} zone={view.timeZone} />
          ) : (
            <p className="mt-2 text-13 text-ink-2">
              {offSentence(settings, view.mostDeclines)} Nothing switches it on but a person on this page.
            </p>
          )}
          {switchOff.isError && (
            <p role="alert" className="mt-3 rounded-md bg-bad-soft px-3 py-2 text-13 text-bad">
              {switchOff.error.message}
            </p>
          )}
          {on && view.mayChange && (
            <Button className="mt-4" disabled={switchOff.isPending} onClick={() => switchOff.mutate()}>
              Switch off
            </Button>
          )}
        </Card>
        {view.seller === null || view.packs.length === 0 ? (
          <Card>
            <Empty title="Nothing is sold here">No payment processor is set up, or the policy offers no packs.</Empty>
          </Card>
        ) : view.method === null ? (
          <Card>
            <Empty title="No payment method is kept">
              Auto top-up charges a method that you agreed to keep. Buy once, tick &ldquo;Keep this payment
              method&rdquo;, and come back.
              <br />
              <Link href="/app/credits/buy" className="text-accent underline underline-offset-2">
                Buy credits
              </Link>
            </Empty>
          </Card>
        ) : (
          <Terms key={settings?.version ?? 0} view={view} method={view.method.label} />
        )}
      </div>
      <div className="space-y-4">
        <Card aria-labelledby="rules" className="p-5">
          <SectionHead id="rules" title="What it promises" />
          <ul className="mt-2 list-disc space-y-1.5 pl-4 text-13 text-ink-2">
            <li>One charge for one crossing of the threshold; never two at a time.</li>
            <li>Never above the monthly maximum, whatever is used.</li>
            <li>
              After a decline it waits an hour, then a day; after {view.mostDeclines} in a row it switches itself off
              and says so by mail.
            </li>
            <li>It does not charge while consent for credits is off.</li>
          </ul>
        </Card>
        <Card aria-labelledby="fired" className="overflow-hidden">
          <SectionHead id="fired" title="What it bought" className="px-5 pt-5 pb-2" />
          <Fired view={view} />
        </Card>
      </div>
    </div>
  )
}

function On({ settings, zone }: { settings: Settings; zone: string }) {
  const { spentMinor, monthlyMaxMinor, currency, declines, notBeforeMs, inFlight, consent } = settings
  const nowMs = useNow()
  const share = permilleOf(spentMinor, monthlyMaxMinor)
  return (
    <div className="mt-3 space-y-3 text-13">
      <blockquote className="border-accent-line border-l-2 pl-3 text-ink-2">{consent.text}</blockquote>
      <p className="text-ink-3">
        Agreed by {consent.by} <Moment atMs={consent.atMs} zone={zone} />
      </p>
      <div>
        <p className="mb-1.5 flex justify-between">
          <span>Charged this month</span>
          <span className="font-medium">
            {formatMoney(spentMinor, currency)}{' '}
            <span className="font-normal text-ink-3">of {formatMoney(monthlyMaxMinor, currency)}</span>
          </span>
        </p>
        <Meter
          permille={share}
          tone={share >= 1000 ? 'full' : share >= 800 ? 'high' : 'normal'}
          label="Charged this month"
          text={`${formatMoney(spentMinor, currency)} of ${formatMoney(monthlyMaxMinor, currency)}`}
        />
      </div>
      {inFlight !== null && (
        <p role="status" className="rounded-md bg-accent-soft px-3 py-2 text-accent-strong">
          A charge is under way.{' '}
          <Link href={`/app/purchases/${inFlight}`} className="underline underline-offset-2">
            Follow it
          </Link>
        </p>
      )}
      {declines > 0 && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          The last charge was declined ({declines} in a row).{' '}
          {notBeforeMs > nowMs && `Next attempt ${relative(notBeforeMs, nowMs)}.`}
        </p>
      )}
    </div>
  )
}

function offSentence(settings: Settings | null, mostDeclines: number): string {
  switch (settings?.switchedOff?.why) {
    case undefined:
      return 'It was never on: credits are bought by hand only.'
    case 'person':
      return 'It was switched off by a person.'
    case 'declined':
      return `It switched itself off after ${mostDeclines} declines in a row.`
    case 'pack_gone':
      return 'It switched itself off: the pack is no longer sold.'
    case 'disputed':
      return 'It switched itself off: a payment by its method was disputed.'
    case 'price_rose':
      return 'It switched itself off: the pack costs more than was agreed to.'
    case 'paid_otherwise':
      return 'It switched itself off: another sum was charged than was agreed to. Support has been told.'
  }
}

function Fired({ view }: { view: TopUpView }) {
  const nowMs = useNow()
  if (view.fired.length === 0) return <Empty title="Nothing yet">Each charge appears here and under Purchases.</Empty>
  return (
    <ul className="divide-y divide-line border-line border-t">
      {view.fired.map((one) => (
        <li key={one.id}>
          <Link
            href={`/app/purchases/${one.id}`}
            className="grid grid-cols-[1fr_auto_auto] items-center gap-3 px-5 py-2.5 text-13 hover:bg-sunken"
          >
            <span className="text-ink-3">{relative(one.createdAtMs, nowMs)}</span>
            <StatusBadge status={one.status} otherMoney={one.otherMoney} />
            <span className="font-medium">{formatMoney(one.pack.totalMinor, one.pack.currency)}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
