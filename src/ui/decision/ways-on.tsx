'use client'
import { Clock, Coins, LifeBuoy, Scissors, ShieldCheck, SlidersHorizontal } from 'lucide-react'
import Link from 'next/link'
import { creditsPhrase } from '../format/amount.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useNow } from '../frame/now.tsx'
import type { Reason } from '../trpc/types.ts'
import type { Explanation } from './types.ts'

const ICONS = {
  wait: Clock,
  smaller: Scissors,
  credits: Coins,
  consent: ShieldCheck,
  raise_cap: SlidersHorizontal,
  contact: LifeBuoy,
} as const
const LINK = 'text-accent underline underline-offset-2 hover:text-accent-strong'

/** More of a limit would have helped. */
const OF_A_LIMIT: ReadonlySet<Reason> = new Set([
  'burst_exceeded',
  'rate_exceeded',
  'concurrency_exceeded',
  'included_exhausted',
  'consent_required',
  'credits_insufficient',
])
type Way = Explanation['waysOn'][number]['way']

/** What can be done about a denial, and what each would cost. */
export function WaysOn({ ways, reason, zone }: { ways: Explanation['waysOn']; reason: Reason | null; zone: string }) {
  return (
    <Card aria-labelledby="ways" className="p-5">
      <SectionHead id="ways" title="Ways on" note="each with what it draws" />
      <ul className="mt-3 space-y-2.5">
        {ways.map(({ way, sentence }) => {
          const Icon = ICONS[way.kind]
          return (
            <li key={sentence} className="flex items-start gap-3">
              <span
                aria-hidden
                className="mt-0.5 grid size-7 shrink-0 place-items-center rounded-md bg-accent-soft text-accent"
              >
                <Icon className="size-4" />
              </span>
              <p className="min-w-0 grow pt-1">
                <WayText way={way} zone={zone} />
                <span className="block text-13 text-ink-3">{priceOf(way)}</span>
              </p>
            </li>
          )
        })}
      </ul>
      {reason !== null && OF_A_LIMIT.has(reason) && (
        <p className="mt-3 border-line border-t pt-3 text-13 text-ink-2">
          Does this happen often?{' '}
          <Link href="/app/limits" className={LINK}>
            See your limits, and ask for more
          </Link>
        </p>
      )}
    </Card>
  )
}

function WayText({ way, zone }: { way: Way; zone: string }) {
  const nowMs = useNow()
  switch (way.kind) {
    case 'wait':
      return way.untilMs <= nowMs ? (
        <>The wait is over: the same request would pass now</>
      ) : (
        <>
          Wait: it passes <Moment atMs={way.untilMs} zone={zone} />
        </>
      )
    case 'smaller':
      return <>Ask for less: up to {creditsPhrase(way.amount)} passed at that moment</>
    case 'credits':
      return (
        <Link href="/app/credits/buy" className={LINK}>
          Add {creditsPhrase(way.amount)}
        </Link>
      )
    case 'consent':
      return (
        <Link href="/app/alerts" className={LINK}>
          Agree to draw {creditsPhrase(way.microCredits)} you bought
        </Link>
      )
    case 'raise_cap':
      // their own cap they change themselves; more of the tier's is asked for
      return way.cap.startsWith('own:') ? (
        <Link href="/app/alerts" className={LINK}>
          Raise your own cap by {creditsPhrase(way.by)}
        </Link>
      ) : (
        <Link href={`/app/limits#cap-${way.cap}`} className={LINK}>
          Ask for {creditsPhrase(way.by)} more of the cap {way.cap.replaceAll('_', ' ')}
        </Link>
      )
    case 'contact':
      return way.who === 'owner' ? (
        <>Ask your owner for a tier that includes it</>
      ) : (
        <a href="#open-case" className={LINK}>
          Open a case: people look at it
        </a>
      )
  }
}

function priceOf(way: Way): string {
  if (way.microCredits === null) return 'free'
  return way.kind === 'credits' ? 'the request then draws them' : `draws ${creditsPhrase(way.microCredits)} you bought`
}
