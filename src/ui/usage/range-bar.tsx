'use client'
import { ArrowLeft, ArrowRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { controlStyle } from '../primitives/field.tsx'
import { type Look, RANGES } from './look.ts'
import type { Go } from './use-look.ts'

interface Around {
  readonly days: readonly [first: string, last: string]
  readonly previous: string | null
  readonly next: string | null
}

/** Which days: a usual range, any other, or the one beside it. */
export function RangeBar({ look, go, around }: { look: Look; go: Go; around: Around | null }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <fieldset className="flex gap-0.5 rounded-lg border border-line bg-sunken p-0.5">
        <legend className="sr-only">Range</legend>
        {RANGES.map(([range, title]) => (
          <button
            key={range}
            type="button"
            aria-pressed={range === look.range}
            onClick={() => go({ range })}
            className={cn(
              'rounded-md px-2.5 py-1 font-medium text-13',
              range === look.range ? 'bg-surface text-ink shadow-card' : 'text-ink-2 hover:text-ink',
            )}
          >
            {title}
          </button>
        ))}
      </fieldset>
      <Button
        size="icon"
        aria-label="Range before"
        aria-keyshortcuts="["
        title="Range before  ["
        disabled={!around?.previous}
        onClick={() => around?.previous && go({ range: around.previous })}
      >
        <ArrowLeft aria-hidden />
      </Button>
      <Button
        size="icon"
        aria-label="Range after"
        aria-keyshortcuts="]"
        title="Range after  ]"
        disabled={!around?.next}
        onClick={() => around?.next && go({ range: around.next })}
      >
        <ArrowRight aria-hidden />
      </Button>
      {around !== null && <Days key={around.days.join()} days={around.days} go={go} />}
      <label className="flex items-center gap-2 text-13 text-ink-2">
        <input
          type="checkbox"
          checked={look.compare === 'before'}
          onChange={(event) => go({ compare: event.target.checked ? 'before' : 'nothing' })}
          className="size-4 accent-[var(--accent)]"
        />
        Compare with the range before
      </label>
    </div>
  )
}

function Days({ days: [first, last], go }: { days: Around['days']; go: Go }) {
  const [from, setFrom] = useState(first)
  const [to, setTo] = useState(last)
  const changed = from !== first || to !== last
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (from && to) go({ range: from <= to ? `${from}..${to}` : `${to}..${from}` })
  }
  const style = cn(controlStyle({ size: 'bar' }), 'w-36')
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-1.5 text-13 text-ink-3">
      <input
        type="date"
        aria-label="First day"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        className={style}
      />
      to
      <input
        type="date"
        aria-label="Last day"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        className={style}
      />
      {changed && (
        <Button type="submit" size="bar">
          Show
        </Button>
      )}
    </form>
  )
}
