'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Suspense } from 'react'
import { Pace, Reset } from '../access/window-card.tsx'
import { WindowReset } from '../access/window-reset.tsx'
import { creditsPhrase } from '../format/amount.ts'
import { percent } from '../format/share.ts'
import { windowKind } from '../format/words.ts'
import { Guarded } from '../frame/failed.tsx'
import { useLive } from '../frame/live.tsx'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Meter } from '../primitives/meter.tsx'
import { Until } from '../primitives/until.tsx'
import { Skeleton } from '../primitives/skeleton.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { HistoryCard } from './history-card.tsx'
import { Returns } from './returns.tsx'
import { afterOf } from './words.ts'

/** One included window: what is left now, when it comes back, and what it counted before. */
export function WindowPage({ id }: { id: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.access.overview.queryOptions())
  const { state } = useLive()
  const window = data.windows.find((one) => one.id === id)
  if (window === undefined)
    return (
      <p role="status" className="rounded-lg bg-sunken px-4 py-3">
        This window is no longer part of your tier.{' '}
        <Link href="/app" className="font-medium text-accent hover:underline">
          See what is
        </Link>
      </p>
    )
  const { used, limit, remaining, usedPermille, overridden } = window
  const zone = data.timeZone
  const titleOf = (feature: string) => data.payingNow.find((one) => one.feature === feature)?.title ?? feature
  return (
    <div
      className={cn('space-y-6 transition-[filter] duration-300', state === 'stale' && 'grayscale')}
      data-state-version={data.stateVersion}
    >
      <header>
        <nav aria-label="Path" className="text-13 text-ink-3">
          <Link href="/app" className="hover:text-ink hover:underline">
            Overview
          </Link>
          <span aria-hidden className="mx-1.5">
            /
          </span>
          <span className="text-ink-2">Window</span>
        </nav>
        <h1 className="mt-4 font-semibold text-[1.375rem] tracking-[-0.02em]">{window.title}</h1>
        <p className="mt-0.5 text-ink-3">{windowKind(window)}</p>
        {state === 'stale' && (
          <p role="status" className="mt-2 text-13 text-warn">
            The connection is cut: these figures may be old.
          </p>
        )}
      </header>
      <Card aria-label="Now" className="p-5">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <p>
            <span className="font-medium text-[1.75rem] leading-8 tracking-[-0.03em]">
              <Amount value={remaining} />
            </span>
            <span className="ml-1.5 text-13 text-ink-3">credits left</span>
          </p>
          <p className="pb-0.5 text-13 text-ink-2">{percent(used, limit)} used</p>
        </div>
        <div className="mt-3">
          <Meter
            permille={usedPermille}
            tone={usedPermille >= 1000 ? 'full' : usedPermille >= 800 ? 'high' : 'normal'}
            label={`${window.title}, used`}
            text={`${creditsPhrase(used)} of ${creditsPhrase(limit)} used, ${percent(used, limit)}`}
          />
        </div>
        <p className="mt-1.5 text-13 text-ink-3">
          <Amount value={used} className="text-ink-2" /> of <Amount value={limit} className="text-ink-2" /> credits used
        </p>
        <dl className="mt-5 grid gap-x-4 border-line border-t pt-4 text-13 sm:grid-cols-[9rem_1fr] sm:gap-y-2.5 max-sm:[&_dd]:mb-2.5 [&_dt]:text-ink-3">
          <dt>What comes back</dt>
          <dd className="text-ink-2">
            <Returns window={window} />
          </dd>
          <dt>Full again</dt>
          <dd>
            <Reset window={window} zone={zone} />
          </dd>
          <dt>At this pace</dt>
          <dd>
            <Pace window={window} zone={zone} />
          </dd>
          <dt>When used up</dt>
          <dd className="text-ink-2">{afterOf(window, data)}</dd>
          <dt>Counts</dt>
          <dd className="text-ink-2">{window.features?.map(titleOf).join(', ') ?? 'every feature of your tier'}</dd>
          {overridden !== null && (
            <>
              <dt>
                <Badge tone="accent">changed for you</Badge>
              </dt>
              <dd className="text-ink-2">
                {creditsPhrase(limit)} instead of {creditsPhrase(overridden.tierLimit)}
                {overridden.expiresAtMs !== null && (
                  <>
                    , until <Until atMs={overridden.expiresAtMs} zone={zone} />
                  </>
                )}
                : &ldquo;{overridden.reason}&rdquo;
              </dd>
            </>
          )}
        </dl>
        <p className="mt-4 text-13">
          <Link
            href={`/app/limits#window-${id}`}
            className="text-accent underline underline-offset-2 hover:text-accent-strong"
          >
            See all your limits, and ask for more
          </Link>
        </p>
        <WindowReset window={window} zone={zone} />
      </Card>
      <Guarded what="The history of this window">
        <Suspense fallback={<Skeleton className="h-72 rounded-xl" />}>
          <HistoryCard id={id} zone={zone} />
        </Suspense>
      </Guarded>
    </div>
  )
}
