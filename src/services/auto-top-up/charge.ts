import type { PaymentEvent } from '../../core/purchase/event.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import { PaymentRefused } from '../../ports/payments.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

/**
 * Asks the processor to charge an auto top-up, under the purchase's id: asked again, it answers what became of the first.
 * A refusal is its decline. Nothing is asked once the charge is not the one in flight.
 */
export async function chargeAgain(engine: PurchaseEngine, purchase: Purchase): Promise<readonly PaymentEvent[]> {
  const settings = await engine.purchases.topUp(purchase.customer)
  if (engine.payments === null || settings?.inFlight?.purchase !== purchase.id) return []
  const { id, pack } = purchase
  try {
    return await engine.payments.charge({
      purchase: id,
      method: settings.method.handle,
      title: pack.title,
      totalMinor: pack.totalMinor,
      currency: pack.currency,
    })
  } catch (fault) {
    if (!(fault instanceof PaymentRefused)) throw fault
    const reason = 'The payment processor does not take the kept method any more.'
    const atMs = engine.clock.nowMs()
    return [{ kind: 'failed', id: `refused/${id}`, atMs, purchase: id, payment: null, reason }]
  }
}
