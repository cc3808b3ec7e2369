import { nextLookMs } from '../../core/purchase/next-look.ts'
import { isOpen, type Purchase } from '../../core/purchase/purchase.ts'
import type { PaymentEvent } from '../../core/purchase/event.ts'
import { chargeAgain } from '../auto-top-up/charge.ts'
import { advancePurchase } from './advance.ts'
import { hearPayment } from './hear.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

/** A purchase that nobody was asked to pay for this long never got its checkout: its caller is gone. */
const ABANDONED_MS = 60 * 60_000
/** Processors remember for a day that a charge was asked for: later, asking again could charge again. */
const CHARGE_FOR_MS = 20 * 60 * 60_000
/** A processor that cannot be reached is not asked about the same purchase again at once. */
const AFTER_FAULT_MS = 60_000

/**
 * Looks at one purchase although nothing was heard: asks the processor what became of it, and finishes what was left
 * half done. True when that changed anything.
 */
export async function reconcilePurchase(engine: PurchaseEngine, seen: Purchase): Promise<boolean> {
  let purchase: Purchase
  try {
    purchase = await look(engine, seen)
  } catch (fault) {
    await engine.purchases.looked(seen.id, engine.clock.nowMs() + AFTER_FAULT_MS)
    throw fault
  }
  if (purchase.version !== seen.version) return true
  await engine.purchases.looked(purchase.id, nextLookMs(purchase, engine.clock.nowMs()))
  return false
}

async function look(engine: PurchaseEngine, seen: Purchase): Promise<Purchase> {
  let purchase = seen
  if (isOpen(seen)) {
    for (const event of await missed(engine, seen)) {
      const heard = await hearPayment(engine, event)
      if (heard.kind === 'heard') purchase = heard.purchase
    }
  } else purchase = await advancePurchase(engine, seen)
  return purchase
}

/** What the processor says now. A checkout past its time is ended there first, so that nobody pays it afterwards. */
async function missed(engine: PurchaseEngine, purchase: Purchase): Promise<readonly PaymentEvent[]> {
  const { payments } = engine
  const { checkout } = purchase.facts
  const nowMs = engine.clock.nowMs()
  if (payments === null) return []
  const ageMs = nowMs - purchase.createdAtMs
  if (purchase.origin === 'auto_top_up')
    return ageMs < CHARGE_FOR_MS ? chargeAgain(engine, purchase) : [abandoned(purchase, nowMs)]
  if (checkout === null) return ageMs < ABANDONED_MS ? [] : [abandoned(purchase, nowMs)]
  if (checkout.expiresAtMs <= nowMs) await payments.closeCheckout(checkout.reference)
  return payments.read({ reference: checkout.reference })
}

const abandoned = (purchase: Purchase, atMs: number): PaymentEvent => ({
  kind: 'expired',
  id: `abandoned/${purchase.id}`,
  atMs,
  purchase: purchase.id,
  payment: null,
})
