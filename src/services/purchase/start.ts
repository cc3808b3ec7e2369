import { packSold } from '../../core/purchase/pack.ts'
import { type Buyer, isOpen, NO_FACTS, type Purchase } from '../../core/purchase/purchase.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { changePurchase } from './change.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

export interface StartInput {
  readonly customer: CustomerId
  readonly pack: string
  /** Names one intent of the customer: with the same one there is one purchase and one checkout. */
  readonly intent: string
  readonly origin: 'person' | 'api'
  readonly buyer: Buyer
  readonly keepMethod: boolean
  readonly actor: Actor
}

export type StartResult =
  /** `checkoutUrl` null: it needs no payment any more (paid, ended): show the purchase. */
  | { readonly kind: 'started'; readonly purchase: Purchase; readonly checkoutUrl: string | null }
  | { readonly kind: 'not_sold' }
  | { readonly kind: 'unknown_pack' }
  | { readonly kind: 'unknown_customer' }
  /** This intent was for another pack. */
  | { readonly kind: 'intent_reused' }

/** A checkout may be paid for this long; the processor's own least is half an hour. */
const CHECKOUT_MS = 60 * 60_000
const FIRST_LOOK_MS = 15_000

/**
 * One intent to buy: its purchase is written first, then the processor is asked for a checkout under the purchase's id.
 * Whoever comes again with the same intent, at whatever point the first was cut off, is led to the same checkout.
 */
export async function startPurchase(engine: PurchaseEngine, input: StartInput): Promise<StartResult> {
  if ((await engine.readers.customer(input.customer)) === null) return { kind: 'unknown_customer' }
  if (engine.payments === null) return { kind: 'not_sold' }
  const policy = engine.policies.current()
  const document = policy.document.packs?.find((pack) => pack.id === input.pack)
  if (document === undefined) return { kind: 'unknown_pack' }

  const nowMs = engine.clock.nowMs()
  const id = engine.ids.next('pur', nowMs)
  const { customer, intent, origin, buyer, keepMethod } = input
  const pack = packSold(document)
  const { purchase } = await engine.purchases.start(
    {
      id,
      customer,
      intent,
      origin,
      buyer,
      pack,
      policyVersion: policy.version,
      keepMethod,
      createdAtMs: nowMs,
      version: 1,
      facts: NO_FACTS,
    },
    nowMs + FIRST_LOOK_MS,
    {
      id: engine.ids.next('aud', nowMs),
      actor: input.actor,
      action: 'purchase.start',
      target: id,
      customer,
      reason: null,
      detail: { pack: pack.id, totalMinor: `${pack.totalMinor}`, currency: pack.currency, keepMethod },
      atMs: nowMs,
    },
  )
  if (purchase.pack.id !== input.pack) return { kind: 'intent_reused' }
  return { kind: 'started', ...(await checkoutOf(engine, purchase)) }
}

/** The checkout that a purchase has, or one opened now. */
async function checkoutOf(
  engine: PurchaseEngine,
  purchase: Purchase,
): Promise<{ readonly purchase: Purchase; readonly checkoutUrl: string | null }> {
  const nowMs = engine.clock.nowMs()
  const { checkout } = purchase.facts
  if (!isOpen(purchase) || engine.payments === null) return { purchase, checkoutUrl: null }
  if (checkout !== null) return { purchase, checkoutUrl: checkout.expiresAtMs > nowMs ? checkout.url : null }
  const { id, pack, buyer, keepMethod } = purchase
  const opened = await engine.payments.openCheckout({
    purchase: id,
    title: pack.title,
    totalMinor: pack.totalMinor,
    currency: pack.currency,
    email: buyer.email,
    keepMethod,
    expiresAtMs: purchase.createdAtMs + CHECKOUT_MS,
    doneUrl: `${engine.publicUrl}/app/purchases/${id}`,
    backUrl: `${engine.publicUrl}/app/credits/buy`,
  })
  const changed = await changePurchase(engine, id, {
    edit: ({ facts }) => (facts.checkout === null ? { ...facts, checkout: { ...opened, atMs: nowMs } } : null),
    event: null,
    audit: null,
  })
  const now = changed?.purchase ?? purchase
  return { purchase: now, checkoutUrl: isOpen(now) ? (now.facts.checkout?.url ?? null) : null }
}
