import { hearEvent, paysFor } from '../../core/purchase/hear.ts'
import type { PaymentEvent } from '../../core/purchase/event.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import { isId, type PurchaseId } from '../../core/shared/ids.ts'
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
  for (const before of await returnsBefore(engine, id, event)) await keep(engine, id, before)
  const purchase = await keep(engine, id, event)
  return purchase === null ? { kind: 'not_ours' } : { kind: 'heard', purchase: await advancePurchase(engine, purchase) }
}

/**
 * Every return that the processor knows of, before one that failed is heard: what was sent back in sum is only right with
 * all of them, and credits that come back cannot be taken for sure again.
 */
async function returnsBefore(
  engine: PurchaseEngine,
  id: PurchaseId,
  event: PaymentEvent,
): Promise<readonly PaymentEvent[]> {
  if (event.kind !== 'refund' || event.failed === null || event.payment === null) return []
  const known = (await engine.purchases.read(id))?.facts.refunds.find(({ refund }) => refund === event.refund)
  if (known !== undefined && known.failed !== null) return []
  const told = await engine.payments?.read({ reference: event.payment })
  return (told ?? []).filter(({ kind }) => kind === 'refund' || kind === 'refunded')
}

/** Keeps it with its effect; the purchase afterwards, or null: there is none. */
async function keep(engine: PurchaseEngine, id: PurchaseId, event: PaymentEvent): Promise<Purchase | null> {
  const heard = await changePurchase(engine, id, {
    edit: (purchase) => hearEvent(purchase, event),
    event: { id: event.id, atMs: event.atMs },
    audit: (purchase) => auditOf(purchase, event),
  })
  if (heard?.changed === true) raiseAlarm(engine, heard.before, event)
  return heard?.purchase ?? null
}

/** Money that is not what was asked for, heard for the first time: its webhook and its reading are two events of it. */
const isOtherMoney = ({ pack, facts }: Purchase, event: PaymentEvent): event is Paid =>
  event.kind === 'paid' && !paysFor({ pack }, event) && facts.otherwise.every((one) => one.payment !== event.payment)

/** A return that did not arrive, heard for the first time. */
const isFailedReturn = ({ facts }: Purchase, event: PaymentEvent): event is Refund =>
  event.kind === 'refund' &&
  event.failed !== null &&
  facts.refunds.every(({ refund, failed }) => refund !== event.refund || failed === null)

type Paid = Extract<PaymentEvent, { kind: 'paid' }>
type Refund = Extract<PaymentEvent, { kind: 'refund' }>

function auditOf(purchase: Purchase, event: PaymentEvent) {
  const { id, payment } = event
  if (isOtherMoney(purchase, event)) {
    const { amountMinor, currency } = event
    return {
      action: 'purchase.paid_otherwise',
      detail: { event: id, payment, amountMinor: `${amountMinor}`, currency },
    }
  }
  if (isFailedReturn(purchase, event)) {
    const { refund, minor, failed } = event
    return { action: 'purchase.refund_failed', detail: { event: id, refund, minor: `${minor}`, failed } }
  }
  const told = AUDITED.has(event.kind) && paysFor(purchase, event)
  return told ? { action: `purchase.${event.kind}`, detail: { event: id } } : null
}

/** What a person has to look at: the rules do what they may do without one. */
function raiseAlarm({ alarms }: PurchaseEngine, purchase: Purchase, event: PaymentEvent): void {
  const { pack } = purchase
  const seen = { purchase: purchase.id, payment: event.payment ?? '' }
  if (isOtherMoney(purchase, event)) {
    const asked = { minor: pack.totalMinor, currency: pack.currency }
    alarms.paidOtherwise({ ...seen, asked, came: { minor: event.amountMinor, currency: event.currency } })
  } else if (isFailedReturn(purchase, event)) {
    alarms.refundFailed({
      ...seen,
      refund: event.refund,
      money: { minor: event.minor, currency: pack.currency },
      why: event.failed ?? '',
    })
  }
}

const AUDITED: ReadonlySet<PaymentEvent['kind']> = new Set(['paid', 'refunded', 'dispute_opened', 'dispute_closed'])

/** The event says whose it is; if not, the payment does, here or at the processor. */
async function purchaseOf(engine: PurchaseEngine, event: PaymentEvent): Promise<string | null> {
  if (event.purchase !== null) return event.purchase
  if (event.payment === null) return null
  const known = await engine.purchases.byPayment(event.payment)
  return known?.id ?? (await engine.payments?.purchaseOf(event.payment)) ?? null
}
