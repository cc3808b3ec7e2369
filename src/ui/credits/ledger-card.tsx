'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { credits, signed } from '../format/amount.ts'
import { fullTime, relative } from '../format/time.ts'
import { shortId } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { ShowOlder } from '../frame/show-older.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
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
        note="settled movements of all grants, with the balance after each"
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
                <th scope="col" className="px-5 py-2 text-left font-medium">
                  Movement
                </th>
                <th scope="col" className="hidden px-3 py-2 text-left font-medium md:table-cell">
                  Grant
                </th>
                <th scope="col" className="px-3 py-2 text-right font-medium">
                  Credits
                </th>
                <th scope="col" className="px-5 py-2 text-right font-medium">
                  Balance
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line border-line border-t">
              {rows.map(({ row, after }) => (
                <tr key={row.id} id={row.id} className="target:bg-accent-soft">
                  <td className="px-5 py-2">
                    <span className="block font-medium">{CAUSE_WORDS[row.cause.kind]}</span>
                    <span className="block text-ink-3">
                      <time dateTime={new Date(row.atMs).toISOString()} title={`${fullTime(row.atMs, zone)}, ${zone}`}>
                        {relative(row.atMs, nowMs)}
                      </time>
                      <span className="hidden font-mono text-2xs sm:inline"> &middot; {shortId(row.id)}</span>
                      {why(row) && <span className="hidden sm:inline"> &middot; {why(row)}</span>}
                    </span>
                  </td>
                  <td className="hidden px-3 py-2 md:table-cell">
                    <span className="flex items-center gap-2">
                      <LayerMark layer={row.grant.kind as Layer} />
                      <span className="capitalize">{row.grant.kind}</span>
                      <span className="max-w-48 truncate text-ink-3">{row.grant.reason}</span>
                    </span>
                  </td>
                  <td className={cn('whitespace-nowrap px-3 py-2 text-right font-medium', row.delta > 0n && 'text-ok')}>
                    {signed(row.delta)}
                  </td>
                  <td className="whitespace-nowrap px-5 py-2 text-right">{after === null ? '' : credits(after)}</td>
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

function why({ cause }: Row): string | null {
  if (cause.kind === 'revocation' || cause.kind === 'correction') return cause.reason.split(':')[0] ?? null
  return cause.kind === 'charge' ? shortId(cause.monetizationEvent) : null
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
