import { expiryOf } from '../../core/purchase/pack.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import type { CustomerId, GrantId } from '../../core/shared/ids.ts'
import { grantCredits } from '../credit/grant.ts'
import { changePurchase } from './change.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

const BOUGHT_PRIORITY = 10

/** Names the one grant of a purchase: the ledger refuses a second of the same source. */
export const sourceOf = (purchase: Pick<Purchase, 'id'>): string => `purchase:${purchase.id}`

/**
 * Enters what was bought. Whoever comes second, from another webhook or another process, finds the grant of the first
 * by its source and writes down the same.
 */
export async function creditPurchase(engine: PurchaseEngine, purchase: Purchase): Promise<Purchase | null> {
  const { customer, pack } = purchase
  const source = sourceOf(purchase)
  const result = await grantCredits(engine, {
    customer,
    kind: 'credits',
    amount: pack.credits,
    priority: BOUGHT_PRIORITY,
    features: null,
    effectiveAtMs: null,
    expiresAtMs: expiryOf(pack, engine.clock.nowMs()),
    source,
    reason: pack.title,
    actor: { kind: 'system', job: 'purchase' },
    idempotency: null,
  })
  // a full queue or a customer who is gone: the reconcile job comes again
  if (result.kind !== 'done' || (result.reply.status !== 201 && result.reply.status !== 409)) return null
  const grant = await grantOfSource(engine, customer, source)
  if (grant === null) return null
  const changed = await changePurchase(engine, purchase.id, {
    edit: ({ facts }) => (facts.credited === null ? { ...facts, credited: grant } : null),
    event: null,
    audit: null,
  })
  return changed?.purchase ?? null
}

/** The grant is what the ledger says, not what an answer said: the same for the first writer and the last. */
async function grantOfSource(
  engine: PurchaseEngine,
  customer: CustomerId,
  source: string,
): Promise<{ readonly grant: GrantId; readonly atMs: number } | null> {
  const view = await engine.readers.customer(customer)
  const grant = view?.grants.find((one) => one.source === source)
  return grant === undefined ? null : { grant: grant.id, atMs: grant.createdAtMs }
}
