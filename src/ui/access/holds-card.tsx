'use client'
import Link from 'next/link'
import { duration } from '../format/time.ts'
import { shortId } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import type { Overview } from './types.ts'

const SHOWN = 6

/** Work in flight and what is reserved for it. What is not captured comes back when the hold ends. */
export function HoldsCard({
  holds,
  total,
  titleOf,
}: {
  holds: Overview['openHolds']
  total: number
  titleOf: (feature: string) => string
}) {
  const nowMs = useNow()
  return (
    <Card aria-labelledby="holds" className="overflow-hidden">
      <SectionHead id="holds" title="Open holds" note="reserved for work in flight" className="px-5 pt-5">
        {total > 0 && <Badge>{total}</Badge>}
      </SectionHead>
      {holds.length === 0 ? (
        <Empty title="Nothing is reserved">
          A job that has begun reserves its estimate here until it reports what it really used.
        </Empty>
      ) : (
        <ul className="mt-3 divide-y divide-line border-line border-t">
          {holds.slice(0, SHOWN).map((hold) => {
            const leftMs = hold.expiresAtMs - nowMs
            return (
              <li key={hold.id}>
                <Link
                  href={`/app/decisions/${hold.decision}#hold`}
                  className="flex items-baseline justify-between gap-3 px-5 py-2.5 hover:bg-sunken"
                >
                  <span className="min-w-0">
                    <span className="font-medium">{titleOf(hold.feature)}</span>{' '}
                    <span className="font-mono text-2xs text-ink-3">{shortId(hold.id)}</span>
                    <span className="block text-13 text-ink-3">
                      {leftMs > 0 ? `comes back in ${duration(leftMs)} unless captured` : 'is being given back'}
                    </span>
                  </span>
                  <Amount value={hold.granted - hold.captured} unit className="text-right" />
                </Link>
              </li>
            )
          })}
          {total > SHOWN && (
            <li className="px-5 py-2.5 text-13 text-ink-3">and {total - SHOWN} more, which end later</li>
          )}
        </ul>
      )}
    </Card>
  )
}
