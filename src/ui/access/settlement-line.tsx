'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { Suspense } from 'react'
import { creditsPhrase } from '../format/amount.ts'
import { clockTime, duration, zoneName } from '../format/time.ts'
import { Guarded } from '../frame/failed.tsx'
import { Skeleton } from '../primitives/skeleton.tsx'
import { useTRPC } from '../trpc/client.tsx'
import type { Overview } from './types.ts'

/** How far the books are, and that they add up. When the first cannot be read, the figures above still hold. */
export function SettlementLine({ unexplained, zone }: { unexplained: Overview['unexplained']; zone: string }) {
  const even = unexplained === 0n
  const Icon = even ? CircleCheck : CircleAlert
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-13 text-ink-3">
      <Icon aria-hidden className={even ? 'size-4 text-ok' : 'size-4 text-bad'} />
      <Guarded what="How far usage is settled" instead={<span>How far usage is settled could not be read.</span>}>
        <Suspense fallback={<Skeleton className="h-4 w-52 rounded-md" />}>
          <SettledUpTo zone={zone} />
        </Suspense>
      </Guarded>
      <span aria-hidden>&middot;</span>
      <span
        title="granted = settled balance + spent + expired + revoked, for each of your grants"
        className={even ? '' : 'font-medium text-bad'}
      >
        {even ? '0 unexplained' : `${creditsPhrase(unexplained)} unexplained`}
      </span>
    </div>
  )
}

function SettledUpTo({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.access.settlement.queryOptions())
  const upTo =
    data?.settledUpToMs == null
      ? 'Settling your first usage'
      : `Settled up to ${clockTime(data.settledUpToMs, zone)} ${zoneName(zone)}`
  const waits =
    data?.behind && data.oldestWaitingMs !== null ? ` (the oldest event waits ${duration(data.oldestWaitingMs)})` : ''
  return (
    <span>
      {upTo}
      {waits}
    </span>
  )
}
