'use client'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { formatMoney } from '../../core/shared/money.ts'
import { relative } from '../format/time.ts'
import { shortId } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { ShowOlder } from '../frame/show-older.tsx'
import { Badge } from '../primitives/badge.tsx'
import { buttonStyle } from '../primitives/button.tsx'
import { Card } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { PURCHASES } from './queries.ts'
import { StatusBadge } from './status-badge.tsx'

/** Everything that was ever ordered, paid or not, newest first. */
export function PurchaseList() {
  const trpc = useTRPC()
  const nowMs = useNow()
  const query = useSuspenseInfiniteQuery(
    trpc.purchase.list.infiniteQueryOptions(PURCHASES, {
      getNextPageParam: (page) => page.nextCursor,
      initialCursor: null,
    }),
  )
  const purchases = query.data.pages.flatMap((page) => page.items)
  return (
    <Card aria-label="Purchases" className="overflow-hidden">
      {purchases.length === 0 ? (
        <Empty title="Nothing bought yet">
          Each purchase appears here with every step from order to use, and its receipt.
          <br />
          <Link href="/app/credits/buy" className={buttonStyle({ size: 'sm', className: 'mt-3' })}>
            Buy credits
          </Link>
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {purchases.map((one) => (
            <li key={one.id}>
              <Link
                href={`/app/purchases/${one.id}`}
                className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-5 py-3 text-13 hover:bg-sunken sm:grid-cols-[8rem_1fr_auto_6rem]"
              >
                <span className="order-3 text-ink-3 sm:order-none">{relative(one.createdAtMs, nowMs)}</span>
                <span className="min-w-0">
                  <span className="font-medium">{one.pack.title}</span>{' '}
                  {one.origin === 'auto_top_up' && <Badge>auto top-up</Badge>}{' '}
                  <span className="hidden font-mono text-2xs text-ink-3 lg:inline">{shortId(one.id)}</span>
                </span>
                <span className="order-4 justify-self-end sm:order-none">
                  <StatusBadge status={one.status} otherMoney={one.otherMoney} />
                </span>
                <span className="text-right font-medium">{formatMoney(one.pack.totalMinor, one.pack.currency)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ShowOlder query={query} />
    </Card>
  )
}
