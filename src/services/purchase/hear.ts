import { hearEvent, paysFor } from '../../core/purchase/hear.ts'
import type { PaymentEvent } from '../../core/purchase/event.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import { isId } from '../../core/shared/ids.ts'
import { advancePurchase } from './advance.ts'
import { changePurchase } from './change.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

export type HearResult =
  | { readonly kind: 'heard'; readonly purchase: Purchase }
  /** Of no purchase here. */
  | { readonly kind: 'not_ours' }

/**
 * One event of the processor: kept once with its effect on the purchase, then whatever follows from it is done. An event
 * that is known goes on too: what its first hearing could not finish is finished now.
 */
export async function hearPayment(engine: PurchaseEngine, event: PaymentEvent): Promise<HearResult> {
  const id = await purchaseOf(engine, event)
  if (id === null || !isId(id, 'pur')) return { kind: 'not_ours' }
  let isNew = false
  const heard = await changePurchase(engine, id, {
    edit(purchase) {
      isNew = isOtherMoney(purchase, event)
      return hearEvent(purchase, event)
    },
    event: { id: event.id, atMs: event.atMs },
    audit: (purchase) => auditOf(purchase, event),
  })
  if (heard === null) return { kind: 'not_ours' }
  if (heard.changed && isNew && event.kind === 'paid') {
    const { pack } = heard.purchase
    engine.alarms.paidOtherwise({
      purchase: id,
      payment: event.payment ?? '',
      asked: { minor: pack.totalMinor, currency: pack.currency },
      came: { minor: event.amountMinor, currency: event.currency },
    })
  }
  return { kind: 'heard', purchase: await advancePurchase(engine, heard.purchase) }
}

/** Money that is not what was asked for, heard for the first time: its webhook and its reading are two events of it. */
const isOtherMoney = (purchase: Purchase, event: PaymentEvent): boolean =>
  !paysFor(purchase, event) && purchase.facts.otherwise.every(({ payment }) => payment !== event.payment)

function auditOf(purchase: Purchase, event: PaymentEvent) {
  if (event.kind === 'paid' && !paysFor(purchase, event)) {
    if (!isOtherMoney(purchase, event)) return null
    const { id, payment, amountMinor, currency } = event
    return {
      action: 'purchase.paid_otherwise',
      detail: { event: id, payment, amountMinor: `${amountMinor}`, currency },
    }
  }
  return AUDITED.has(event.kind) ? { action: `purchase.${event.kind}`, detail: { event: event.id } } : null
}

const AUDITED: ReadonlySet<PaymentEvent['kind']> = new Set(['paid', 'refunded', 'dispute_opened', 'dispute_closed'])

/** The event says whose it is; if not, the payment does, here or at the processor. */
async function purchaseOf(engine: PurchaseEngine, event: PaymentEvent): Promise<string | null> {
  if (event.purchase !== null) return event.purchase
  if (event.payment === null) return null
  const known = await engine.purchases.byPayment(event.payment)
  return known?.id ?? (await engine.payments?.purchaseOf(event.payment)) ?? null
}
