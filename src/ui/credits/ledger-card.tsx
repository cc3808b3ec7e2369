'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { fullTime, relative, rowTime, zoneName } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { ShowOlder } from '../frame/show-older.tsx'
import { Amount } from '../primitives/amount.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { CopyId } from '../primitives/copy-id.tsx'
import { Empty } from '../primitives/empty.tsx'
import { LayerMark } from '../primitives/layer-mark.tsx'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import type { Layer } from '../trpc/types.ts'
import { LEDGER } from './queries.ts'

type Row = Outputs['credits']['ledger']['items'][number]

/** Every settled movement, newest first, with the balance after it: each line explains the difference to the next. */
export function LedgerCard({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const nowMs = useNow()
  const query = useSuspenseInfiniteQuery(
    trpc.credits.ledger.infiniteQueryOptions(LEDGER, {
      getNextPageParam: (page) => page.nextCursor,
      initialCursor: null,
    }),
  )
  const rows = withBalances(query.data.pages)
  return (
    <Card aria-labelledby="ledger" className="overflow-hidden">
      <SectionHead
        id="ledger"
        title="Ledger"
        note={`settled movements of all grants, with the balance after each; times in ${zoneName(zone)}`}
        className="px-5 pt-5 pb-3"
      />
      {rows.length === 0 ? (
        <Empty title="Nothing has moved yet" className="border-line border-t">
          Grants, charges, expiries and corrections appear here, each with what was left after it.
        </Empty>
      ) : (
        <div className="overflow-x-auto border-line border-t">
          <table className="w-full text-13">
            <thead className="text-2xs text-ink-3">
              <tr>
                <th scope="col" className="px-4 py-2 text-left font-medium sm:px-5">
                  Movement
                </th>
                <th scope="col" className="hidden px-3 py-2 text-left font-medium md:table-cell">
                  Grant
                </th>
                <th scope="col" className="px-2 py-2 text-right font-medium sm:px-3">
                  Credits
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium sm:px-5">
                  Balance
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line border-line border-t">
              {rows.map(({ row, after }) => (
                <tr key={row.id} id={row.id} className="target:bg-accent-soft">
                  <td className="px-4 py-2 sm:px-5">
                    <span className="block font-medium">{CAUSE_WORDS[row.cause.kind]}</span>
                    <span className="flex flex-wrap items-baseline gap-x-3 text-ink-3">
                      <time dateTime={new Date(row.atMs).toISOString()} title={`${fullTime(row.atMs, zone)}, ${zone}`}>
                        <span className="hidden sm:inline">{relative(row.atMs, nowMs)} &middot; </span>
                        {rowTime(row.atMs, zone, nowMs)}
                      </time>
                      <span className="hidden items-baseline gap-3 sm:flex">
                        <CopyId id={row.id} show="end" />
                        <Why row={row} />
                      </span>
                    </span>
                  </td>
                  <td className="hidden px-3 py-2 md:table-cell">
                    <span className="flex items-center gap-2">
                      <LayerMark layer={row.grant.kind as Layer} />
                      <span className="capitalize">{row.grant.kind}</span>
                      <span className="max-w-48 truncate text-ink-3">{row.grant.reason}</span>
                    </span>
                  </td>
                  <td
                    className={cn(
                      'whitespace-nowrap px-2 py-2 text-right font-medium sm:px-3',
                      row.delta > 0n && 'text-ok',
                    )}
                  >
                    {row.delta < 0n ? '\u2212' : '+'}
                    <Amount value={row.delta < 0n ? -row.delta : row.delta} plain aligned />
                  </td>
                  <td className="whitespace-nowrap px-4 py-2 text-right sm:px-5">
                    {after !== null && <Amount value={after} plain aligned />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ShowOlder query={query} />
    </Card>
  )
}

const CAUSE_WORDS: Record<Row['cause']['kind'], string> = {
  grant: 'Granted',
  charge: 'Used',
  expiry: 'Expired',
  revocation: 'Taken back',
  correction: 'Corrected',
  debt: 'Paid debt',
}

function Why({ row: { cause } }: { row: Row }) {
  if (cause.kind === 'charge') return <CopyId id={cause.monetizationEvent} show="end" />
  if (cause.kind !== 'revocation' && cause.kind !== 'correction') return null
  return <span className="text-ink-3">{cause.reason.split(':')[0]}</span>
}

/** Runs the balance back from the newest row: before a movement there was what is left after it, less the movement. */
function withBalances(pages: readonly Outputs['credits']['ledger'][]): { row: Row; after: bigint | null }[] {
  let after = pages[0]?.settledAfter ?? null
  return pages
    .flatMap((page) => page.items)
    .map((row) => {
      const line = { row, after }
      if (after !== null) after -= row.delta
      return line
    })
}
