'use client'
import Link from 'next/link'
import { useRef, useState } from 'react'
import { percent, permilleOf } from '../format/share.ts'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Meter } from '../primitives/meter.tsx'
import { Moment } from '../primitives/moment.tsx'
import { Until } from '../primitives/until.tsx'
import { AskForm } from './ask-form.tsx'
import { amountOf, figureOf, type Limit, sentenceOf, unitOf } from './words.ts'

interface RowProps {
  readonly limit: Limit
  readonly zone: string
  /** Whether this person may ask for more of it. */
  readonly mayAsk: boolean
}

export function LimitRow({ limit, zone, mayAsk }: RowProps) {
  const [asking, setAsking] = useState(false)
  const row = useRef<HTMLLIElement>(null)
  const done = () => {
    setAsking(false)
    row.current?.focus()
  }
  const { target, title, rule, waiting } = limit
  return (
    <li
      ref={row}
      id={`${target.kind}-${target.id}`}
      tabIndex={-1}
      aria-label={title}
      className="px-5 py-4 outline-none focus-visible:bg-sunken/40"
    >
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_8.5rem]">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            {rule.kind === 'window' ? (
              <Link href={`/app/windows/${target.id}`} className="hover:text-accent hover:underline">
                {title}
              </Link>
            ) : (
              title
            )}
            {limit.override !== null && <Badge tone="accent">changed for you</Badge>}
            {rule.kind === 'guard' && rule.reduced && <Badge tone="warn">reduced by load</Badge>}
          </p>
          <p className="mt-0.5 text-13 text-ink-3">{sentenceOf(limit)}</p>
        </div>
        <Standing limit={limit} zone={zone} />
        <div className="sm:text-right">
          {waiting !== null ? (
            <a
              href={`#${waiting}`}
              className="text-13 text-accent underline underline-offset-2 hover:text-accent-strong"
            >
              You asked for more
            </a>
          ) : rule.kind === 'cap' && rule.own ? (
            <Link
              href="/app/alerts"
              className="text-13 text-accent underline underline-offset-2 hover:text-accent-strong"
            >
              Change it yourself
            </Link>
          ) : (
            mayAsk &&
            !asking && (
              <Button size="sm" onClick={() => setAsking(true)}>
                Ask for more<span className="sr-only"> of {title}</span>
              </Button>
            )
          )}
        </div>
      </div>
      {limit.override !== null && <Override limit={limit} override={limit.override} zone={zone} />}
      {asking && waiting === null && <AskForm limit={limit} onDone={done} />}
    </li>
  )
}

function Standing({ limit, zone }: { limit: Limit; zone: string }) {
  const { used, limit: most, title } = limit
  if (used === null)
    return (
      <p className="text-13 text-ink-2">
        <span className="font-medium text-ink">{amountOf(limit, most)}</span>
        <span className="block text-ink-3">counted for each on its own, so no one figure is used</span>
      </p>
    )
  const left = used < most ? most - used : 0n
  const permille = permilleOf(used, most)
  const text = `${figureOf(limit, used)} of ${amountOf(limit, most)} used`
  return (
    <div className="min-w-0">
      <p className="mb-1.5 flex flex-wrap items-baseline justify-between gap-x-3 text-13">
        <span>
          <span className="font-medium">{figureOf(limit, left)}</span> <span className="text-ink-3">left</span>
        </span>
        <span className="text-ink-3">{percent(used, most)} used</span>
      </p>
      <Meter
        permille={permille}
        tone={permille >= 1000 ? 'full' : permille >= 800 ? 'high' : 'normal'}
        label={`${title}, used`}
        text={text}
      />
      <p className="mt-1.5 text-13 text-ink-3">
        <span className="text-ink-2">{figureOf(limit, used)}</span> of{' '}
        <span className="text-ink-2">{figureOf(limit, most)}</span> {unitOf(limit)}
        {limit.againAtMs !== null && (
          <>
            {' '}
            &middot; full again <Moment atMs={limit.againAtMs} zone={zone} show="relative" />
          </>
        )}
      </p>
    </div>
  )
}

function Override({ limit, override, zone }: { limit: Limit; override: NonNullable<Limit['override']>; zone: string }) {
  const { by, untilMs } = override
  return (
    <p className="mt-3 rounded-md bg-accent-soft/60 px-3 py-2 text-13 text-ink-2">
      {amountOf(limit, limit.limit)} instead of your tier&rsquo;s {amountOf(limit, override.tierLimit)},{' '}
      {untilMs === null ? (
        'until it is changed'
      ) : (
        <>
          until <Until atMs={untilMs} zone={zone} />
        </>
      )}
      . {by === null ? 'Set by the operator' : `Approved by ${by.name ?? 'the operator'}`}
      {by !== null && (
        <>
          {' '}
          on{' '}
          <a href={`#${by.request}`} className="text-accent underline underline-offset-2 hover:text-accent-strong">
            your request
          </a>
        </>
      )}
      : &ldquo;{override.reason}&rdquo;
    </p>
  )
}
