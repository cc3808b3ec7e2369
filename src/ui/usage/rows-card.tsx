'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { ShowOlder } from '../frame/show-older.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { type Look, rowsInput, type UsageRow } from './look.ts'
import { COLUMNS, RowLine, ROW } from './row-line.tsx'

const ROW_PX = 44
/** What the server draws, before anybody knows how high the window is. */
const FIRST_PX = 900
/** So many rows before the end, the next page is read. */
const AHEAD = 20

export interface ListedRow {
  readonly row: UsageRow
  /** Of this row and all newer ones. */
  readonly running: bigint
}

export function withRunning(rows: readonly UsageRow[]): ListedRow[] {
  let running = 0n
  return rows.map((row) => {
    running += row.cost
    return { row, running }
  })
}

/** Usage events of the range under the filter, newest first: those in sight are on the page, the rest are not. */
export function useRows(look: Look) {
  const trpc = useTRPC()
  return useSuspenseInfiniteQuery(
    trpc.usage.rows.infiniteQueryOptions(rowsInput(look), {
      getNextPageParam: (page) => page?.next ?? null,
      initialCursor: null,
      // rows never change: newer ones come when they are asked for, and nobody loses the place where they read
      staleTime: 'static',
    }),
  )
}

interface RowsCardProps {
  readonly query: ReturnType<typeof useRows>
  readonly look: Look
  readonly zone: string
  /** Events of the range, as the sums count them now. */
  readonly events: bigint
  readonly onExport: () => void
  readonly exporting: boolean
  readonly said: string
}

export function RowsCard({ query, zone, events, onExport, exporting, said }: RowsCardProps) {
  const rows = withRunning(query.data.pages.flatMap((page) => page?.items ?? []))
  const newer = useNewer(query.dataUpdatedAt, events)
  return (
    <Card aria-labelledby="events" className="mt-4 overflow-hidden">
      <SectionHead
        id="events"
        title="Events"
        note="newest first; each opens its proof"
        className="border-line border-b px-5 pt-5 pb-3"
      >
        <div className="flex flex-wrap items-center gap-2">
          {newer && (
            <Button size="sm" tone="primary" disabled={query.isFetching} onClick={() => void query.refetch()}>
              Show newer usage
            </Button>
          )}
          <Button size="sm" aria-keyshortcuts="e" title="Export  e" disabled={exporting} onClick={onExport}>
            {exporting ? 'Exporting\u2026' : 'Export events'}
          </Button>
        </div>
        <p role="status" className="w-full text-13 text-ink-2 empty:hidden">
          {said}
        </p>
      </SectionHead>
      {rows.length === 0 && !query.hasNextPage ? (
        <Empty title="No usage event in this range">Another range or fewer filters may have some.</Empty>
      ) : (
        <Lines rows={rows} zone={zone} query={query} />
      )}
      <ShowOlder query={query} />
    </Card>
  )
}

/** Whether more was counted than when the rows were read. */
function useNewer(readAtMs: number, events: bigint): boolean {
  const [basis, setBasis] = useState({ readAtMs, events })
  if (basis.readAtMs !== readAtMs) setBasis({ readAtMs, events })
  return basis.readAtMs === readAtMs && events > basis.events
}

function Lines({ rows, zone, query }: { rows: readonly ListedRow[]; zone: string; query: RowsCardProps['query'] }) {
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY)
  }, [rows.length])
  // oxlint-disable-next-line react/incompatible-library -- what it returns is used here alone, and not kept
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top,
    initialRect: { width: 1_160, height: FIRST_PX },
    useFlushSync: false,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query
  const nearEnd = last >= rows.length - AHEAD
  useLayoutEffect(() => {
    if (nearEnd && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [nearEnd, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage])

  return (
    <div role="table" aria-label="Usage events" aria-rowcount={hasNextPage ? -1 : rows.length + 1}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${ROW} border-line border-b py-2 text-2xs text-ink-3`}>
          {COLUMNS.map(({ title, style }) => (
            <span key={title} role="columnheader" className={style}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div ref={body} role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const listed = rows[item.index]
          return (
            listed && (
              <div
                key={listed.row.id}
                ref={virtual.measureElement}
                data-index={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                className="absolute inset-x-0 top-0 border-line border-b"
                style={{ transform: `translateY(${item.start - top}px)` }}
              >
                <RowLine listed={listed} zone={zone} />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}
