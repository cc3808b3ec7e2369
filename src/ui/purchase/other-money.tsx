import { formatMoney } from '../../core/shared/money.ts'
import { Moment } from '../primitives/moment.tsx'
import type { PurchaseView } from './types.ts'

/** Money that pays nothing: what came, what was asked for, and who does what about it. */
export function OtherMoney({
  view: { otherwise, pack, paidAtMs },
  zone,
}: {
  view: Pick<PurchaseView, 'otherwise' | 'pack' | 'paidAtMs'>
  zone: string
}) {
  return otherwise.map(({ payment, amountMinor, currency, atMs, returned }) => (
    <section
      key={payment}
      aria-label="Another sum was paid"
      className="mb-4 rounded-lg bg-warn-soft px-4 py-3 text-13 text-warn"
    >
      <p className="font-medium">
        We received {formatMoney(amountMinor, currency)}, and this purchase asks for{' '}
        {formatMoney(pack.totalMinor, pack.currency)}.
      </p>
      <p className="mt-1">
        It came <Moment atMs={atMs} zone={zone} /> as payment <span className="break-all">{payment}</span>.{' '}
        {returned ? RETURNED : BOUGHT_NOTHING}{' '}
        {!returned && paidAtMs === null && 'You need not do anything, and you need not pay here again.'}
      </p>
    </section>
  ))
}

const RETURNED = 'It went back to where it came from; there is nothing more to do.'
const BOUGHT_NOTHING =
  'It bought no credits. Support has been told and sends it back to where it came from; name this purchase if you ask them.'
