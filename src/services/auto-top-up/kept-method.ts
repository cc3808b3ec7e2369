import { isDisputed } from '../../core/purchase/purchase.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

const LOOKED_AT = 100

/** The payment method of the latest purchase whose buyer agreed to keep it; null: none of the last hundred did. */
export async function keptMethod(
  engine: PurchaseEngine,
  customer: CustomerId,
): Promise<{ readonly handle: string; readonly label: string } | null> {
  const { items } = await engine.purchases.list({ customer, cursor: null, limit: LOOKED_AT })
  const kept = items.find(({ keepMethod, facts }) => keepMethod && facts.paid !== null && facts.method !== null)
  return kept === undefined || isDisputed(kept.facts) ? null : kept.facts.method
}

/** Has a payment by this method, or a charge without the person, been disputed? Whoever owns it does not want it charged. */
export async function methodDisputed(engine: PurchaseEngine, customer: CustomerId, handle: string): Promise<boolean> {
  const { items } = await engine.purchases.list({ customer, cursor: null, limit: LOOKED_AT })
  return items.some(
    ({ facts, origin }) => isDisputed(facts) && (origin === 'auto_top_up' || facts.method?.handle === handle),
  )
}
