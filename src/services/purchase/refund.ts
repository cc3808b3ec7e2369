import type { PurchaseId } from '../../core/shared/ids.ts'
import { type AskedReturn, type Purchase, returnedMinor, sentBackMinor } from '../../core/purchase/purchase.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { PaymentRefused } from '../../ports/payments.ts'
import { changePurchase } from './change.ts'
import { hearPayment } from './hear.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

export type RefundResult =
  | { readonly kind: 'refunded'; readonly purchase: Purchase }
  | { readonly kind: 'unknown_purchase' }
  | { readonly kind: 'not_paid' }
  /** Less than that is left of what was paid. */
  | { readonly kind: 'too_much'; readonly leftMinor: bigint }
  /** This key returned another sum. */
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'not_sold' }

export interface RefundInput {
  readonly id: PurchaseId
  /** Null: all that is left. */
  readonly minor: bigint | null
  /** Names one return of this purchase: with the same one it is made once. Null: the sum alone names it. */
  readonly key: string | null
  readonly actor: Actor
  readonly reason: string
}

/** Of one purchase, under keys. */
const MOST_RETURNS = 100

/**
 * Returns money of a purchase through the processor; the credits follow as revocations once the processor says so.
 * A
 * return is written down under its key before the processor is asked, and the processor knows it by the sum returned with
 * it: a call that was cut off returns once, whatever has been heard since, and two at once are two.
 */
export async function refundPurchase(engine: PurchaseEngine, input: RefundInput): Promise<RefundResult> {
  const { payments } = engine
  if (payments === null) return { kind: 'not_sold' }
  const purchase = await engine.purchases.read(input.id)
  if (purchase === null) return { kind: 'unknown_purchase' }
  const { paid, checkout } = purchase.facts
  if (paid === null) return { kind: 'not_paid' }

  const planned = await plan(engine, purchase, input)
  if (planned.kind !== 'planned') return planned
  const { minor, totalMinor } = planned
  try {
    await payments.refund({ payment: paid.payment, minor, totalMinor })
  } catch (fault) {
    if (fault instanceof PaymentRefused) await forget(engine, input)
    throw fault
  }
  let now = purchase
  for (const event of await payments.read({ reference: checkout?.reference ?? paid.payment })) {
    const heard = await hearPayment(engine, event)
    if (heard.kind === 'heard') now = heard.purchase
  }
  return { kind: 'refunded', purchase: now }
}

type Planned =
  | (Pick<AskedReturn, 'minor' | 'totalMinor'> & { readonly kind: 'planned' })
  | Extract<RefundResult, { kind: 'too_much' | 'key_reused' }>

/** Which return this is: one asked for before under its key, or a new one after all that were. */
async function plan(engine: PurchaseEngine, { id, pack }: Purchase, input: RefundInput): Promise<Planned> {
  const { key, reason, actor } = input
  const chosen = (now: Purchase): Planned => {
    const { returns } = now.facts
    const asked = key === null ? undefined : returns.find((one) => one.key === key)
    if (asked !== undefined)
      return input.minor === null || input.minor === asked.minor
        ? { ...asked, kind: 'planned' }
        : { kind: 'key_reused' }
    const heard = sentBackMinor(now.facts)
    const before = key === null ? heard : returns.reduce((most, one) => max(most, one.totalMinor), heard)
    // what failed is in both sums, and can be returned once more
    const leftMinor = pack.totalMinor - (before - heard) - returnedMinor(now.facts)
    const minor = input.minor ?? leftMinor
    if (minor <= 0n || minor > leftMinor || returns.length >= MOST_RETURNS) return { kind: 'too_much', leftMinor }
    return { kind: 'planned', minor, totalMinor: before + minor }
  }
  let planned: Planned = { kind: 'too_much', leftMinor: 0n }
  await changePurchase(engine, id, {
    edit(now) {
      planned = chosen(now)
      const { facts } = now
      if (planned.kind !== 'planned' || facts.returns.some((one) => one.key === key)) return null
      const { minor, totalMinor } = planned
      return key === null ? facts : { ...facts, returns: [...facts.returns, { key, minor, totalMinor }] }
    },
    event: null,
    audit: {
      action: 'purchase.refund',
      actor,
      detail: { minor: `${input.minor ?? 'all'}`, currency: pack.currency, reason },
    },
  })
  return planned
}

/** The processor will not return it: what it would have returned is left. */
const forget = (engine: PurchaseEngine, { id, key }: RefundInput) =>
  changePurchase(engine, id, {
    edit({ facts }) {
      const returns = facts.returns.filter((one) => one.key !== key)
      return returns.length === facts.returns.length ? null : { ...facts, returns }
    },
    event: null,
    audit: null,
  })

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
