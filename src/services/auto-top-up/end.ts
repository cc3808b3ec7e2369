import { endTopUp } from '../../core/purchase/auto-top-up.ts'
import { otherMoney, type Purchase, statusOf } from '../../core/purchase/purchase.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

const ATTEMPTS = 8

/** Frees auto top-up from a charge that has ended, one way or the other, and tells who switched it on. */
export async function endOfTopUp(engine: PurchaseEngine, purchase: Purchase): Promise<void> {
  if (purchase.origin !== 'auto_top_up') return
  const outcome = outcomeOf(purchase)
  if (outcome === null) return
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const settings = await engine.purchases.topUp(purchase.customer)
    if (settings === null) return
    const next = endTopUp(settings, { purchase: purchase.id, outcome, nowMs: engine.clock.nowMs() })
    if (next === settings) return
    if ((await engine.purchases.putTopUp(next, null)) === 'stale') continue
    const { email } = next.consent
    if (email === null) return
    const said = outcome === 'credited' ? 'credited' : next.enabled ? 'failed' : 'switched_off'
    await engine.mailer.queue({
      key: `auto_top_up/${purchase.id}`,
      to: email,
      customer: purchase.customer,
      content: {
        template: 'auto_top_up',
        outcome: said,
        credits: purchase.pack.credits,
        reason: reasonOf(purchase, outcome),
        link: `${engine.publicUrl}/app/auto-top-up`,
      },
    })
    return
  }
}

type Outcome = Parameters<typeof endTopUp>[1]['outcome']

function reasonOf({ facts }: Purchase, outcome: Outcome): string | null {
  if (outcome === 'credited') return null
  return outcome === 'declined' ? (facts.failure?.reason ?? 'unknown') : 'Another sum was charged than was agreed to.'
}

function outcomeOf(purchase: Purchase): Outcome | null {
  if (purchase.facts.credited !== null) return 'credited'
  if (purchase.facts.paid === null && otherMoney(purchase.facts).length > 0) return 'paid_otherwise'
  const status = statusOf(purchase)
  // money that came and left before its credits entered has ended the charge too
  if (status === 'refunded' || status === 'disputed') return 'credited'
  return status === 'failed' || status === 'expired' ? 'declined' : null
}
