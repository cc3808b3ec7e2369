'use client'
import Link from 'next/link'
import { creditsPhrase } from '../format/amount.ts'
import { percent } from '../format/share.ts'
import { windowKind } from '../format/words.ts'
import { relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card } from '../primitives/card.tsx'
import { Meter } from '../primitives/meter.tsx'
import { Moment } from '../primitives/moment.tsx'
import { WindowReset } from './window-reset.tsx'
import type { WindowCardView } from './types.ts'

/** One included window: what is used, what is left, what comes back when, and what happens when it is used up. */
export function WindowCard({
  window,
  zone,
  after,
  counts,
}: {
  window: WindowCardView
  zone: string
  after: string
  counts: string | null
}) {
  const { used, limit, remaining, usedPermille } = window
  const share = percent(used, limit)
  const tone = usedPermille >= 1000 ? 'full' : usedPermille >= 800 ? 'high' : 'normal'
  return (
    <Card aria-labelledby={`window-${window.id}`} className="flex flex-col p-5">
      <div className="flex items-start justify-between gap-3">
        <div>
          <h3 id={`window-${window.id}`} className="font-semibold text-[0.9375rem] tracking-[-0.006em]">
            <Link href={`/app/windows/${window.id}`} className="hover:text-accent hover:underline">
              {window.title}
            </Link>
          </h3>
          <p className="text-13 text-ink-3">{windowKind(window)}</p>
        </div>
        {window.overridden && (
          <Badge tone="accent" title={window.overridden.reason}>
            changed for you
          </Badge>
        )}
      </div>
      <div className="mt-4 flex items-end justify-between gap-3">
        <p>
          <span className="font-medium text-[1.75rem] leading-8 tracking-[-0.03em]">
            <Amount value={remaining} />
          </span>
          <span className="ml-1.5 whitespace-nowrap text-13 text-ink-3">
            <span className="sr-only">credits </span>left
          </span>
        </p>
        <p className="whitespace-nowrap pb-0.5 text-13 text-ink-2">{share} used</p>
      </div>
      <div className="mt-3">
        <Meter
          permille={usedPermille}
          tone={tone}
          label={`${window.title}, used`}
          text={`${creditsPhrase(used)} of ${creditsPhrase(limit)} used, ${share}`}
        />
      </div>
      <p className="mt-1.5 text-13 text-ink-3">
        <Amount value={used} className="text-ink-2" /> of <Amount value={limit} className="text-ink-2" /> credits used
      </p>
      <dl className="mt-4 grid grid-cols-[6.5rem_1fr] gap-x-3 gap-y-1.5 border-line border-t pt-4 text-13">
        <dt className="text-ink-3">Full again</dt>
        <dd>
          <Reset window={window} zone={zone} />
        </dd>
        <dt className="text-ink-3">At this pace</dt>
        <dd>
          <Pace window={window} zone={zone} />
        </dd>
        <dt className="text-ink-3">When used up</dt>
        <dd className="text-ink-2">{after}</dd>
        {counts !== null && (
          <>
            <dt className="text-ink-3">Counts</dt>
            <dd className="text-ink-2">{counts}</dd>
          </>
        )}
      </dl>
      <WindowReset window={window} zone={zone} />
    </Card>
  )
}

export function Reset({ window, zone }: { window: WindowCardView; zone: string }) {
  if (window.used === 0n)
    return (
      <span className="text-ink-2">
        {window.period?.kind === 'first_use'
          ? 'already; its time starts with your next request'
          : 'already; nothing of it is used'}
      </span>
    )
  if (window.resetsAtMs === null) return <span className="text-ink-2">as earlier use leaves the window</span>
  return (
    <>
      <Moment atMs={window.resetsAtMs} zone={zone} />
      {window.kind === 'fixed' && <span className="block text-ink-3">all {creditsPhrase(window.limit)} at once</span>}
    </>
  )
}

export function Pace({ window, zone }: { window: WindowCardView; zone: string }) {
  const nowMs = useNow()
  const { pace } = window
  switch (pace.kind) {
    case 'runs_out':
      return (
        <>
          <span className={pace.atMs - nowMs < 86_400_000 ? 'text-warn' : 'text-ink-2'}>
            used up {relative(Math.max(pace.atMs, nowMs), nowMs)}
          </span>{' '}
          <span className="text-ink-3">(estimate, from your average since it began)</span>
        </>
      )
    case 'lasts':
      return (
        <>
          <span className="text-ink-2">lasts until it is full again</span>{' '}
          <span className="text-ink-3">(estimate)</span>
        </>
      )
    case 'empty':
      return (
        <span className="text-bad">
          used up{window.resetsAtMs === null ? '' : ' until '}
          {window.resetsAtMs !== null && <Moment atMs={window.resetsAtMs} zone={zone} show="absolute" />}
        </span>
      )
    case 'idle':
      return <span className="text-ink-3">no pace to go by yet</span>
  }
}
