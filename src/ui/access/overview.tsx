'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Guarded } from '../frame/failed.tsx'
import { useLive } from '../frame/live.tsx'
import { Badge } from '../primitives/badge.tsx'
import { cn } from '../primitives/cn.ts'
import { Skeleton } from '../primitives/skeleton.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { BalanceCard } from './balance-card.tsx'
import { DenialsCard } from './denials-card.tsx'
import { GrantsCard } from './grants-card.tsx'
import { HoldsCard } from './holds-card.tsx'
import { PayingStrip } from './paying-strip.tsx'
import { RecentCard } from './recent-card.tsx'
import { SettlementLine } from './settlement-line.tsx'
import { afterOf } from '../windows/words.ts'
import type { Overview as OverviewView } from './types.ts'
import { WindowCard } from './window-card.tsx'

/** What a customer may still do, live. One read of one state version: no two figures on it can disagree. */
export function Overview() {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.access.overview.queryOptions())
  const { state } = useLive()
  const zone = data.timeZone
  const titleOf = (feature: string) => data.payingNow.find((one) => one.feature === feature)?.title ?? feature
  return (
    <div
      className={cn('space-y-6 transition-[filter] duration-300', state === 'stale' && 'grayscale')}
      data-state-version={data.stateVersion}
    >
      {data.status !== 'active' && (
        <p role="alert" className="rounded-lg bg-bad-soft px-4 py-3 text-bad">
          This customer is {data.status}: no request is allowed at the moment. Contact support.
        </p>
      )}
      <PayingStrip views={data.payingNow} />
      {data.windows.length > 0 && (
        <div
          className={cn(
            'grid gap-4',
            data.windows.length > 1 && 'md:grid-cols-2',
            data.windows.length > 2 && 'xl:grid-cols-3',
          )}
        >
          {data.windows.map((window) => (
            <WindowCard
              key={window.id}
              window={window}
              zone={zone}
              after={afterOf(window, data)}
              counts={window.features?.map(titleOf).join(', ') ?? null}
            />
          ))}
        </div>
      )}
      <Reduced factors={data.factors} />
      <div className="grid items-start gap-4 lg:grid-cols-[5fr_6fr]">
        <BalanceCard balance={data.balance} debt={data.debt} />
        <GrantsCard grants={data.grants} zone={zone} titleOf={titleOf} />
      </div>
      <Guarded what="Recent decisions">
        <Suspense fallback={<Skeleton className="h-96 rounded-xl" />}>
          <RecentCard zone={zone} />
        </Suspense>
      </Guarded>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <HoldsCard holds={data.openHolds} total={data.openHoldsTotal} titleOf={titleOf} />
        <Guarded what="Denials">
          <Suspense fallback={<Skeleton className="h-40 rounded-xl" />}>
            <DenialsCard />
          </Suspense>
        </Guarded>
      </div>
      <footer className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t pt-4">
        <SettlementLine unexplained={data.unexplained} zone={zone} />
        <p className="text-13 text-ink-3">
          State {data.stateVersion} under policy version {data.policyVersion}
        </p>
      </footer>
    </div>
  )
}

function Reduced({ factors }: { factors: OverviewView['factors'] }) {
  if (factors.load === 1000 && factors.behaviour === 1000) return null
  const load = factors.load < 1000
  return (
    <p role="status" className="flex items-center gap-2 rounded-lg bg-warn-soft px-4 py-2.5 text-13 text-warn">
      <Badge tone="warn">guards at {(load ? factors.load : factors.behaviour) / 10}%</Badge>
      {load
        ? 'The service is busy, so bursts are limited more tightly for everyone. Your windows and credits are not touched.'
        : 'Bursts are limited more tightly for you because of unusual use. Your windows and credits are not touched.'}
    </p>
  )
}
