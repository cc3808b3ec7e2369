'use client'
import { Check, Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import { credits, signed } from '../format/amount.ts'
import { fullTime, zoneName } from '../format/time.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { CopyId } from '../primitives/copy-id.tsx'
import type { ProofLink } from './types.ts'

/** Usage event, monetization event, balance updates: three records, each driving the next. */
export function ProofChain({
  proof,
  zone,
  denied = false,
}: {
  proof: readonly ProofLink[]
  zone: string
  denied?: boolean
}) {
  return (
    <Card aria-labelledby="proof" className="p-5">
      <SectionHead id="proof" title="Proof" note={`what was used, charged and moved, in ${zoneName(zone)}`} />
      {proof.length === 0 ? (
        <p className="mt-3 text-13 text-ink-2">
          {denied
            ? 'A denied request uses nothing and charges nothing, so there is nothing to prove.'
            : 'Nothing was captured yet. When it is, its three records stand here.'}
        </p>
      ) : (
        <ol className="mt-4 space-y-6">
          {proof.map((link) => (
            <li key={link.usageEvent.id}>
              <Chain link={link} zone={zone} />
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

function Chain({
  link: { usageEvent, monetizationEvent, balanceUpdates, complete },
  zone,
}: {
  link: ProofLink
  zone: string
}) {
  const windows = usageEvent.lines.filter((line) => line.kind === 'window')
  return (
    <ol>
      <Link title="Usage event" id={usageEvent.id} at={fullTime(usageEvent.effectiveAtMs, zone)}>
        {usageEvent.feature}, {credits(usageEvent.cost)} credits
      </Link>
      {monetizationEvent === null ? (
        <Link title="Monetization event" waits last>
          being settled, usually within a second
        </Link>
      ) : (
        <>
          <Link title="Monetization event" id={monetizationEvent.id} at={fullTime(monetizationEvent.settledAtMs, zone)}>
            {credits(monetizationEvent.cost)} credits
            {windows.length > 0 &&
              `, of which ${credits(windows.reduce((sum, line) => sum + line.amount, 0n))} included`}
          </Link>
          {balanceUpdates.map((update, i) => (
            <Link
              key={update.id}
              title="Balance update"
              id={update.id}
              at={fullTime(update.recordedAtMs, zone)}
              last={complete && i === balanceUpdates.length - 1}
            >
              {credits(update.balanceBefore)} <span className="font-medium">{signed(update.delta)}</span> ={' '}
              {credits(update.balanceAfter)} on <CopyId id={update.grant} show="end" />
            </Link>
          ))}
          {balanceUpdates.length === 0 && complete && (
            <Link title="No balance update" last>
              {monetizationEvent.lines.some((line) => line.kind === 'grant')
                ? 'a grant was drawn, and its balance never moved: please open a case'
                : 'no grant was drawn, so no balance moved'}
            </Link>
          )}
          {!complete && (
            <Link title="Balance update" last>
              further back than this page looks
            </Link>
          )}
        </>
      )}
    </ol>
  )
}

function Link({
  title,
  id,
  at,
  waits = false,
  last = false,
  children,
}: {
  title: string
  id?: string
  at?: string
  waits?: boolean
  last?: boolean
  children: ReactNode
}) {
  const Icon = waits ? Hourglass : Check
  return (
    <li className="relative grid grid-cols-[1.25rem_1fr] gap-x-3 pb-4 last:pb-0">
      {!last && <span aria-hidden className="absolute top-5 bottom-0 left-[9px] w-0.5 bg-accent-line" />}
      <span
        aria-hidden
        className={cn(
          'mt-0.5 grid size-5 place-items-center rounded-full',
          waits ? 'bg-warn-soft text-warn' : 'bg-accent-soft text-accent',
        )}
      >
        <Icon className="size-3" strokeWidth={2.5} />
      </span>
      <div className="min-w-0 text-13">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{title}</span>
          {id && <CopyId id={id} show="end" />}
          {at && <span className="text-ink-3">{at}</span>}
        </p>
        <p className="text-ink-2">{children}</p>
      </div>
    </li>
  )
}
