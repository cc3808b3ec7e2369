'use client'
import Link from 'next/link'
import { useState } from 'react'
import { creditsPhrase } from '../format/amount.ts'
import { relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { cn } from '../primitives/cn.ts'
import type { Overview, Stop } from './types.ts'

const STANDING_WORDS = {
  paying: 'paying now',
  next: 'then',
  empty: 'used up',
  bound: 'waits for the other',
  consent: 'asks you first',
  off: 'switched off',
} as const

/** The spillway in profile: where the next request is paid from, and what it runs on to when that is used up. */
export function PayingStrip({ views }: { views: Overview['payingNow'] }) {
  const [chosen, setChosen] = useState(views[0]?.feature ?? '')
  const view = views.find((one) => one.feature === chosen) ?? views[0]
  if (view === undefined) return null
  return (
    <section aria-labelledby="paying" className="deep-water relative overflow-hidden rounded-xl px-5 pt-4 pb-6 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h2 id="paying" className="font-medium text-[0.9375rem]">
            {headline(view.stops)}
          </h2>
          <WayOut stops={view.stops} />
        </div>
        {views.length > 1 && (
          <label className="flex items-center gap-2 text-13 text-white/75">
            For
            <select
              value={view.feature}
              onChange={(event) => setChosen(event.target.value)}
              className="h-7 rounded-md border border-white/25 bg-white/10 px-2 text-white [&_option]:text-black"
            >
              {views.map((one) => (
                <option key={one.feature} value={one.feature}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <ol className="mt-4 grid gap-y-0 sm:auto-cols-fr sm:grid-flow-col">
        {view.stops.map((stop, i) => (
          <StopStep key={stop.source} stop={stop} index={i} last={i === view.stops.length - 1} />
        ))}
      </ol>
    </section>
  )
}

function headline(stops: readonly Stop[]): string {
  const paying = stops.filter((stop) => stop.standing === 'paying')
  if (paying.length > 0) {
    const names = paying.map((stop) => stop.title)
    const from = paying[0]?.layer === 'included' ? 'what your tier includes' : names.join(' and ').toLowerCase()
    const goesOn = stops.some((stop) => stop.left > 0n && (stop.standing === 'next' || stop.standing === 'consent'))
    return `Your next request is paid from ${from}${goesOn ? '' : `, up to ${creditsPhrase(roomOf(paying))}`}`
  }
  if (stops.some((stop) => stop.standing === 'consent' && stop.left > 0n))
    return 'Your next request needs your consent to draw credits'
  return 'Nothing pays for your next request at the moment'
}

/** Windows fund together, so the tightest of them says how much a request may take; grants add up. */
function roomOf(paying: readonly Stop[]): bigint {
  const lefts = paying.map((stop) => stop.left)
  return paying[0]?.layer === 'included'
    ? lefts.reduce((least, left) => (left < least ? left : least))
    : lefts.reduce((sum, left) => sum + left, 0n)
}

/** Where to go when nothing pays by itself. */
function WayOut({ stops }: { stops: readonly Stop[] }) {
  if (stops.some((stop) => stop.standing === 'paying')) return null
  const asks = stops.some((stop) => stop.layer === 'credits' && stop.left > 0n)
  return (
    <Link href={asks ? '/app/alerts' : '/app/credits/buy'} className="text-13 underline underline-offset-2">
      {asks ? 'Change the consent' : 'Buy credits'}
    </Link>
  )
}

function StopStep({ stop, index, last }: { stop: Stop; index: number; last: boolean }) {
  const nowMs = useNow()
  const lit = stop.standing === 'paying'
  const wet = lit || stop.standing === 'next'
  return (
    <li
      className="relative flex gap-4 sm:block sm:pt-[calc(var(--i)*14px)]"
      style={{ ['--i' as string]: index }}
      aria-current={lit ? 'step' : undefined}
    >
      <span aria-hidden className="relative flex w-2 shrink-0 justify-center sm:hidden">
        <span
          className={cn(
            'absolute top-3 bottom-0 w-0.5 rounded-full',
            last && 'hidden',
            wet ? 'bg-[oklch(0.82_0.1_205)]' : 'bg-white/20',
          )}
        />
        <span
          className={cn(
            'relative mt-2 size-2 rounded-full',
            lit
              ? 'bg-[oklch(0.88_0.1_200)] ring-4 ring-[oklch(0.88_0.1_200/0.25)]'
              : wet
                ? 'bg-[oklch(0.82_0.1_205)]'
                : 'bg-white/30',
          )}
        />
      </span>
      <span aria-hidden className="hidden sm:block">
        <span
          className={cn(
            'block h-[3px] transition-colors duration-500',
            index === 0 ? 'rounded-l-full' : '',
            last && 'rounded-r-full',
            lit ? 'bg-[oklch(0.88_0.1_200)]' : wet ? 'bg-[oklch(0.82_0.1_205/0.55)]' : 'bg-white/18',
          )}
        />
        {!last && (
          <span
            className={cn(
              'absolute right-0 -mb-[14px] h-[17px] w-[3px] translate-y-[-3px] rounded-b-full',
              lit ? 'bg-[oklch(0.88_0.1_200)]' : wet ? 'bg-[oklch(0.82_0.1_205/0.55)]' : 'bg-white/18',
            )}
          />
        )}
      </span>
      <div className="min-w-0 pb-4 sm:pt-3 sm:pr-5 sm:pb-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className={cn('font-medium text-13', lit ? 'text-white' : 'text-white/80')}>{stop.title}</span>
          <span
            className={cn(
              'rounded px-1 text-2xs',
              lit ? 'bg-[oklch(0.9_0.09_200)] font-medium text-[oklch(0.25_0.05_230)]' : 'text-white/70',
            )}
          >
            {STANDING_WORDS[stop.standing]}
          </span>
        </p>
        <p className={cn('mt-0.5 font-medium text-xl tracking-[-0.02em]', lit ? 'text-white' : 'text-white/80')}>
          <Amount value={stop.left} plain />{' '}
          <span className="font-normal text-13 text-white/70 tracking-normal">left</span>
        </p>
        {stop.resetsAtMs !== null && (
          <p className="text-2xs text-white/70">full again {relative(stop.resetsAtMs, nowMs)}</p>
        )}
      </div>
    </li>
  )
}
