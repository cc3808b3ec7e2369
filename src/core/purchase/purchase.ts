import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, GrantId, PurchaseId } from '../shared/ids.ts'

/** What was chosen, as it was offered then: a later policy version changes no purchase. Money is in minor units. */
export interface PackSold {
  readonly id: string
  readonly title: string
  readonly credits: MicroCredits
  /** What is charged, tax included. */
  readonly totalMinor: bigint
  /** Of `totalMinor`. */
  readonly taxMinor: bigint
  readonly taxNote: string | null
  readonly currency: string
  readonly expiresAfterDays: number | null
}

export interface Buyer {
  readonly id: string
  readonly name: string
  /** Where the receipt goes; null: nowhere. */
  readonly email: string | null
}

/** One purchase: what it is, and what has been heard of it. Its status is never stored by itself, it follows from the facts. */
export interface Purchase {
  readonly id: PurchaseId
  readonly customer: CustomerId
  /** One intent of one customer, one purchase: a double click, a second tab and a lost reply all name the same. */
  readonly intent: string
  readonly origin: 'person' | 'api' | 'auto_top_up'
  readonly buyer: Buyer
  readonly pack: PackSold
  readonly policyVersion: number
  /** The buyer agreed that the processor keeps the payment method for later purchases. */
  readonly keepMethod: boolean
  readonly createdAtMs: number
  /** Counts changes of the facts. */
  readonly version: number
  readonly facts: Facts
}

/**
 * What is known, as a set that only grows: two facts of a kind merge to one, in whatever order and however often they
 * come. So every order of the same events ends in the same purchase.
 */
export interface Facts {
  readonly checkout: {
    readonly reference: string
    readonly url: string
    readonly atMs: number
    readonly expiresAtMs: number
  } | null
  readonly action: Heard | null
  readonly failure: (Heard & { readonly reason: string }) | null
  readonly expired: Heard | null
  readonly paid: (Heard & { readonly payment: string }) | null
  /** Money of another amount or currency than was asked for, by payment: it pays nothing, a person has to look. */
  readonly otherwise: readonly OtherMoney[]
  /** Handle of a method kept at the processor. */
  readonly method: { readonly handle: string; readonly label: string } | null
  /** The most that was ever reported as returned, in sum. */
  readonly refunded: (Heard & { readonly minor: bigint }) | null
  /** Each return that the processor told of by itself, by id. */
  readonly refunds: readonly Refund[]
  /** Asked of the processor under a key of whoever returned it, in order; `refunded` says what came of them. */
  readonly returns: readonly AskedReturn[]
  /** By id: an inquiry may end well and a dispute follow it. */
  readonly disputes: readonly Dispute[]
  readonly credited: { readonly grant: GrantId; readonly atMs: number } | null
  /** In order; planned before the ledger is asked, so that each is carried out once. */
  readonly takeBacks: readonly TakeBack[]
}

/** An event of the processor: its own id and time. */
export interface Heard {
  readonly event: string
  readonly atMs: number
}

export interface OtherMoney extends Heard {
  readonly payment: string
  readonly amountMinor: bigint
  readonly currency: string
}

/** `totalMinor`: returned in sum once this one is; it names the return at the processor. */
export interface AskedReturn {
  readonly key: string
  readonly minor: bigint
  readonly totalMinor: bigint
}

/** One return at the processor; its failure may be heard before its beginning. */
export interface Refund extends Heard {
  readonly refund: string
  readonly minor: bigint
  /** The money came back to us: it never arrived. */
  readonly failed: (Heard & { readonly reason: string }) | null
}

/** One dispute at the processor; its end may be heard before its beginning. */
export interface Dispute {
  readonly dispute: string
  readonly opened: Heard | null
  readonly closed: (Heard & { readonly won: boolean }) | null
}

/** Credits that leave again because their money did. */
export interface TakeBack {
  readonly cause: 'refund' | 'dispute'
  readonly amount: MicroCredits
  /** Revoked so far: what was spent, held or pending could not be. */
  readonly taken: MicroCredits
  readonly plannedAtMs: number
  /** Null while more may come back, such as from a hold. */
  readonly closedAtMs: number | null
  /** Entered again: the dispute was won, or the money did not leave after all. */
  readonly returned: boolean
}

export const NO_FACTS: Facts = {
  checkout: null,
  action: null,
  failure: null,
  expired: null,
  paid: null,
  otherwise: [],
  method: null,
  refunded: null,
  refunds: [],
  returns: [],
  disputes: [],
  credited: null,
  takeBacks: [],
}

export const PURCHASE_STATUSES = [
  'created',
  'awaiting_payment',
  'requires_action',
  'paid',
  'credited',
  'failed',
  'expired',
  'refunded',
  'disputed',
] as const
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number]

/** The strongest thing that the facts say: money outweighs attempts, and money that left again outweighs money. */
export function statusOf({ pack, facts }: Pick<Purchase, 'pack' | 'facts'>): PurchaseStatus {
  if (isDisputed(facts)) return 'disputed'
  if (returnedMinor(facts) >= pack.totalMinor) return 'refunded'
  if (facts.credited !== null) return 'credited'
  if (facts.paid !== null) return 'paid'
  if (facts.expired !== null) return 'expired'
  const { action, failure } = facts
  if (failure !== null && (action === null || failure.atMs >= action.atMs)) return 'failed'
  if (action !== null) return 'requires_action'
  return facts.checkout === null ? 'created' : 'awaiting_payment'
}

/** Sent back in sum, whether or not it arrived. */
export function sentBackMinor({ refunded, refunds }: Pick<Facts, 'refunded' | 'refunds'>): bigint {
  const named = refunds.reduce((sum, { minor }) => sum + minor, 0n)
  return refunded !== null && refunded.minor > named ? refunded.minor : named
}

/** Returned: what was sent back and did not fail. */
export const returnedMinor = (facts: Pick<Facts, 'refunded' | 'refunds'>): bigint =>
  facts.refunds.reduce((left, { minor, failed }) => (failed === null ? left : left - minor), sentBackMinor(facts))

/** One is open, or closed against the customer's house: the processor has taken the money back. */
export const isDisputed = ({ disputes }: Pick<Facts, 'disputes'>): boolean =>
  disputes.some(({ closed }) => closed?.won !== true)

/** What came otherwise and stayed so. */
export const otherMoney = ({ otherwise, paid }: Pick<Facts, 'otherwise' | 'paid'>): readonly OtherMoney[] =>
  otherwise.filter(({ payment }) => payment !== paid?.payment)

/**
 * Can still be paid at the checkout it has. A failed attempt may be followed by another card; a checkout that took other
 * money is used up.
 */
export function isOpen(purchase: Pick<Purchase, 'pack' | 'facts' | 'origin'>): boolean {
  const status = statusOf(purchase)
  if (otherMoney(purchase.facts).length > 0) return false
  if (status === 'failed') return purchase.origin !== 'auto_top_up'
  return status === 'created' || status === 'awaiting_payment' || status === 'requires_action'
}
