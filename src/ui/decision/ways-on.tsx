'use client'
import { ArrowRight, Clock, Coins, LifeBuoy, Scissors, ShieldCheck, SlidersHorizontal } from 'lucide-react'
import Link from 'next/link'
import { creditsPhrase } from '../format/amount.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useNow } from '../frame/now.tsx'
import type { Explanation } from './types.ts'

const ICONS = {
  wait: Clock,
  smaller: Scissors,
  credits: Coins,
  consent: ShieldCheck,
  raise_cap: SlidersHorizontal,
  contact: LifeBuoy,
} as const
type Way = Explanation['waysOn'][number]['way']

/** What can be done about a denial, and what each would cost. */
export function WaysOn({ ways, zone }: { ways: Explanation['waysOn']; zone: string }) {
  return (
    <Card aria-labelledby="ways" className="p-5">
      <SectionHead id="ways" title="Ways on" note="each with its price" />
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
              </p>
              <p className="shrink-0 pt-1 font-medium text-13">{priceOf(way)}</p>
            </li>
          )
        })}
      </ul>
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
        <Link href="/app/credits/buy" className="text-accent underline underline-offset-2 hover:text-accent-strong">
          Add {creditsPhrase(way.amount)}
        </Link>
      )
    case 'consent':
      return <>Agree to draw {creditsPhrase(way.microCredits)} you bought</>
    case 'raise_cap':
      return (
        <>
          Raise the cap {way.cap} by {creditsPhrase(way.by)}
        </>
      )
    case 'contact':
      return (
        <>
          {way.who === 'owner' ? 'Ask your owner for a tier that includes it' : 'Contact support'}{' '}
          <ArrowRight aria-hidden className="inline size-3.5" />
        </>
      )
  }
}

const priceOf = (way: Way): string => (way.microCredits === null ? 'free' : creditsPhrase(way.microCredits))
