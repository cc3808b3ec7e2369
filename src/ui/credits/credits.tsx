'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Suspense } from 'react'
import { BalanceCard } from '../access/balance-card.tsx'
import { GrantsCard } from '../access/grants-card.tsx'
import { Guarded } from '../frame/failed.tsx'
import { useLive } from '../frame/live.tsx'
import { cn } from '../primitives/cn.ts'
import { Skeleton } from '../primitives/skeleton.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { LedgerCard } from './ledger-card.tsx'

const CONSENT_WORDS = {
  off: 'Bought credits are not drawn: consent is off.',
  ask: 'You are asked each time before bought credits are drawn.',
  on: 'Bought credits are drawn without asking.',
} as const

/** All value that can be spent beside the included windows: where it is, in which order it goes, and how it moved. */
export function Credits() {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.access.overview.queryOptions())
  const { state } = useLive()
  const zone = data.timeZone
  const titleOf = (feature: string) => data.payingNow.find((one) => one.feature === feature)?.title ?? feature
  return (
    <div className={cn('space-y-4 transition-[filter] duration-300', state === 'stale' && 'grayscale')}>
      <p className="text-13 text-ink-2">
        {CONSENT_WORDS[data.consent]}{' '}
        <Link href="/app/auto-top-up" className="text-accent underline underline-offset-2 hover:text-accent-strong">
          Auto top-up
        </Link>{' '}
        has a page and a consent of its own.
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[5fr_6fr]">
        <BalanceCard balance={data.balance} debt={data.debt} />
        <GrantsCard grants={data.grants} zone={zone} titleOf={titleOf} />
      </div>
      <Guarded what="The ledger">
        <Suspense fallback={<Skeleton className="h-96 rounded-xl" />}>
          <LedgerCard zone={zone} />
        </Suspense>
      </Guarded>
    </div>
  )
}
