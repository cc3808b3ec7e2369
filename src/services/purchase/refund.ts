import type { PurchaseId } from '../../core/shared/ids.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { changePurchase } from './change.ts'
import { hearPayment } from './hear.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

export type RefundResult =
  | { readonly kind: 'refunded'; readonly purchase: Purchase }
  | { readonly kind: 'unknown_purchase' }
  | { readonly kind: 'not_paid' }
  /** Less than that is left of what was paid. */
  | { readonly kind: 'too_much'; readonly leftMinor: bigint }
  | { readonly kind: 'not_sold' }

/**
 * Returns money of a purchase through the processor; the credits follow as revocations once the processor says so.
 * `minor` null: all that is left.
 * The processor knows each return by the sum returned with it, so a call that was cut off returns once.
 */
export async function refundPurchase(
  engine: PurchaseEngine,
  input: { readonly id: PurchaseId; readonly minor: bigint | null; readonly actor: Actor; readonly reason: string },
): Promise<RefundResult> {
  const { payments } = engine
  if (payments === null) return { kind: 'not_sold' }
  const purchase = await engine.purchases.read(input.id)
  if (purchase === null) return { kind: 'unknown_purchase' }
  const { paid, refunded, checkout } = purchase.facts
  if (paid === null) return { kind: 'not_paid' }
  const before = refunded?.minor ?? 0n
  const leftMinor = purchase.pack.totalMinor - before
  const minor = input.minor ?? leftMinor
  if (minor <= 0n || minor > leftMinor) return { kind: 'too_much', leftMinor }

  await changePurchase(engine, input.id, {
    edit: ({ facts }) => facts,
    event: null,
    audit: {
      action: 'purchase.refund',
      actor: input.actor,
      detail: { minor: `${minor}`, currency: purchase.pack.currency, reason: input.reason },
    },
  })
  await payments.refund({ payment: paid.payment, minor, totalMinor: before + minor })
  let now = purchase
  for (const event of await payments.read({ reference: checkout?.reference ?? paid.payment })) {
    const heard = await hearPayment(engine, event)
    if (heard.kind === 'heard') now = heard.purchase
  }
  return { kind: 'refunded', purchase: now }
}
