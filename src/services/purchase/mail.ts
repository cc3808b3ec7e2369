import { type Purchase, statusOf } from '../../core/purchase/purchase.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

/** What the buyer is told by mail, each once: the mail's key is the purchase and what is said. */
export async function mailOf(engine: PurchaseEngine, purchase: Purchase): Promise<void> {
  const { id, customer, buyer, pack, facts } = purchase
  if (buyer.email === null) return
  const link = `${engine.publicUrl}/app/purchases/${id}`
  const status = statusOf(purchase)
  if (facts.credited !== null && facts.paid !== null) {
    await engine.mailer.queue({
      key: `receipt/${id}`,
      to: buyer.email,
      customer,
      content: {
        template: 'receipt',
        purchase: id,
        credits: pack.credits,
        totalMinor: pack.totalMinor,
        currency: pack.currency,
        paidAtMs: facts.paid.atMs,
        link,
      },
    })
  } else if (status === 'failed' && purchase.origin !== 'auto_top_up') {
    const reason = facts.failure?.reason ?? 'unknown'
    const content = { template: 'payment_failed', purchase: id, reason, link } as const
    await engine.mailer.queue({ key: `payment_failed/${id}`, to: buyer.email, customer, content })
  }
}
