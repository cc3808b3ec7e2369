'use client'
import Link from 'next/link'
import { dayTime, relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { cn } from '../primitives/cn.ts'
import { LayerMark } from '../primitives/layer-mark.tsx'
import type { UsageRow } from './look.ts'
import type { ListedRow } from './rows-card.tsx'

export const ROW =
  'grid grid-cols-[1fr_auto] items-center gap-x-4 px-5 md:grid-cols-[8.5rem_minmax(6rem,1fr)_minmax(6rem,1fr)_minmax(7rem,1.2fr)_7.5rem_7.5rem]'

export const COLUMNS = [
  { title: 'When', style: '' },
  { title: 'Feature', style: 'hidden md:block' },
  { title: 'Member or key', style: 'hidden md:block' },
  { title: 'Paid by', style: 'hidden md:block' },
  { title: 'Credits', style: 'text-right' },
  { title: 'Running total', style: 'hidden text-right md:block' },
] as const

type Line = UsageRow['lines'][number]

const layerOf = (line: Line) => (line.kind === 'window' ? 'included' : line.kind === 'grant' ? line.layer : null)

const KIND_WORDS = { absorbed: 'given away', debt: 'owed' } as const

/** "included + credits": how an event was paid, in words. */
export const paidWords = (lines: UsageRow['lines']): string =>
  [...new Set(lines.map((line) => layerOf(line) ?? KIND_WORDS[line.kind as keyof typeof KIND_WORDS]))].join(' + ')

export function RowLine({ listed: { row, running }, zone }: { listed: ListedRow; zone: string }) {
  const nowMs = useNow()
  const details = [row.model, row.task].filter((text) => text).join(' \u00b7 ')
  return (
    <div className={cn(ROW, 'relative min-h-11 py-1.5 text-13 hover:bg-sunken')}>
      <span role="cell" className="text-ink-3" title={relative(row.atMs, nowMs)}>
        {dayTime(row.atMs, zone, nowMs)}
      </span>
      <span role="cell" className="order-first min-w-0 md:order-none">
        <Link
          href={`/app/usage/${row.id}`}
          className="block truncate font-medium after:absolute after:inset-0 hover:underline"
        >
          {row.featureTitle}
        </Link>
        {details && <span className="block truncate text-2xs text-ink-3">{details}</span>}
      </span>
      <span role="cell" className="hidden min-w-0 truncate text-ink-2 md:block">
        {row.subject ?? '\u2013'}
      </span>
      <span role="cell" className="hidden flex-wrap gap-x-2.5 md:flex">
        {[...new Set(row.lines.map(layerOf))].map((layer) =>
          layer === null ? null : (
            <span key={layer} className="inline-flex items-center gap-1.5 text-ink-2">
              <LayerMark layer={layer} />
              {layer}
            </span>
          ),
        )}
        {row.lines.map(({ kind }) =>
          kind === 'absorbed' || kind === 'debt' ? (
            <span key={kind} className="text-ink-2">
              {KIND_WORDS[kind]}
            </span>
          ) : null,
        )}
        {row.lines.length === 0 && <span className="text-ink-3">free</span>}
      </span>
      <span role="cell" className="order-first text-right md:order-none">
        <Amount value={row.cost} />
      </span>
      <span role="cell" className="hidden text-right text-ink-2 md:block">
        <Amount value={running} />
      </span>
    </div>
  )
}
