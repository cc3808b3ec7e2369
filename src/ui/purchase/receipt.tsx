'use client'
import { Printer } from 'lucide-react'
import { formatMoney } from '../../core/shared/money.ts'
import { creditsPhrase } from '../format/amount.ts'
import { fullTime, zoneName } from '../format/time.ts'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import type { PurchaseView } from './types.ts'

/** The receipt: on paper the page is this alone. */
export function Receipt({ view, zone }: { view: PurchaseView; zone: string }) {
  const { pack } = view
  const rows: readonly (readonly [string, string])[] = [
    ['Receipt for', view.customerName],
    ['Bought by', view.buyerEmail === null ? view.buyer : `${view.buyer}, ${view.buyerEmail}`],
    ['Paid', view.paidAtMs === null ? '' : `${fullTime(view.paidAtMs, zone)} ${zoneName(zone)}`],
    ['Purchase', view.id],
    ['Payment', view.payment ?? ''],
    ['What', creditsPhrase(pack.credits)],
    ['Net', formatMoney(pack.totalMinor - pack.taxMinor, pack.currency)],
    ['Tax', formatMoney(pack.taxMinor, pack.currency)],
  ]
  return (
    <Card aria-labelledby="receipt" className="p-5 print:border-0 print:shadow-none">
      <SectionHead id="receipt" title="Receipt">
        <Button size="sm" onClick={() => window.print()} className="print:hidden">
          <Printer aria-hidden /> Print
        </Button>
      </SectionHead>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-2 gap-y-1.5 text-13">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd
              className={cn(
                'min-w-0 break-words text-right',
                /^(pur|pay|pi)_/.test(value) && 'font-mono text-2xs leading-5',
              )}
            >
              {value}
            </dd>
          </div>
        ))}
        <div className="col-span-2 mt-1 flex items-baseline justify-between border-line border-t pt-2 font-medium text-sm">
          <dt>
            Total {pack.taxNote !== null && <span className="font-normal text-13 text-ink-3">{pack.taxNote}</span>}
          </dt>
          <dd>{formatMoney(pack.totalMinor, pack.currency)}</dd>
        </div>
        {view.refundedMinor > 0n && (
          <div className="col-span-2 flex items-baseline justify-between text-warn">
            <dt>Refunded</dt>
            <dd>{formatMoney(-view.refundedMinor, pack.currency)}</dd>
          </div>
        )}
      </dl>
    </Card>
  )
}
