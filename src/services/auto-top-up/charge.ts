import type { PaymentEvent } from '../../core/purchase/event.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

/**
 * Asks the processor to charge an auto top-up, under the purchase's id: asked again, it answers what became of the first.
 * Nothing is asked once the method is gone from the settings.
 */
export async function chargeAgain(engine: PurchaseEngine, purchase: Purchase): Promise<readonly PaymentEvent[]> {
  const settings = await engine.purchases.topUp(purchase.customer)
  if (engine.payments === null || settings?.inFlight?.purchase !== purchase.id) return []
  const { id, pack } = purchase
  return engine.payments.charge({
    purchase: id,
    method: settings.method.handle,
    title: pack.title,
    totalMinor: pack.totalMinor,
    currency: pack.currency,
  })
}
