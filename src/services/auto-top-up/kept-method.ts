import type { CustomerId } from '../../core/shared/ids.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

const LOOKED_AT = 100

/** The payment method of the latest purchase whose buyer agreed to keep it; null: none of the last hundred did. */
export async function keptMethod(
  engine: PurchaseEngine,
  customer: CustomerId,
): Promise<{ readonly handle: string; readonly label: string } | null> {
  const { items } = await engine.purchases.list({ customer, cursor: null, limit: LOOKED_AT })
  return (
    items.find(({ keepMethod, facts }) => keepMethod && facts.paid !== null && facts.method !== null)?.facts.method ??
    null
  )
}
