import type { Layer } from '../policy/document.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type {
  BalanceUpdateId,
  CustomerId,
  DecisionId,
  GrantId,
  HoldId,
  MonetizationEventId,
  SubjectId,
  UsageEventId,
} from '../shared/ids.ts'
import type { Attributes, Price } from '../waterfall/request.ts'

/** Immutable fact of what the user did, free use included. The gate has already taken `lines`; the settler posts them. */
export interface UsageEvent {
  readonly id: UsageEventId
  readonly customer: CustomerId
  /** The state version that this event's change produced: the order of settlement within a customer. */
  readonly version: number
  readonly decision: DecisionId | null
  readonly hold: HoldId | null
  readonly subject: SubjectId | null
  readonly task: SubjectId | null
  readonly feature: string
  readonly price: Price
  readonly attributes: Attributes
  readonly cost: MicroCredits
  readonly policyVersion: number
  readonly lines: readonly UsageLine[]
  /** Where it was decided: here, or reported afterwards by a (source, id) of a CloudEvent. */
  readonly origin:
    | { readonly kind: 'decision' }
    | { readonly kind: 'reported'; readonly source: string; readonly eventId: string }
  readonly effectiveAtMs: number
  readonly recordedAtMs: number
}

export type UsageLine =
  | { readonly kind: 'window'; readonly source: string; readonly amount: MicroCredits }
  | {
      readonly kind: 'grant'
      readonly layer: Exclude<Layer, 'included'>
      readonly source: GrantId
      readonly amount: MicroCredits
    }
  /** Covered by nothing: given away by policy, or owed. */
  | { readonly kind: 'absorbed'; readonly amount: MicroCredits }
  | { readonly kind: 'debt'; readonly amount: MicroCredits }

/** A usage event priced: what is charged for it, per source, with the arithmetic. One per usage event. */
export interface MonetizationEvent {
  readonly id: MonetizationEventId
  readonly customer: CustomerId
  readonly usageEvent: UsageEventId
  readonly version: number
  readonly feature: string
  readonly policyVersion: number
  readonly cost: MicroCredits
  /** Same amounts as the usage event's lines; an absorbed line is followed by its automatic refund. */
  readonly lines: readonly MonetizationLine[]
  readonly arithmetic: readonly ArithmeticLine[]
  readonly effectiveAtMs: number
  readonly settledAtMs: number
}

export type MonetizationLine =
  | UsageLine
  | { readonly kind: 'refund'; readonly amount: MicroCredits; readonly why: 'absorbed' }

/** units x microCredits / per x multipliers; the sum over lines, rounded up once, is the cost. */
export interface ArithmeticLine {
  readonly meter: string
  readonly units: number
  readonly microCredits: MicroCredits
  readonly per: number
  readonly multipliers: readonly string[]
}

export type BalanceCause =
  | { readonly kind: 'grant' }
  | { readonly kind: 'charge'; readonly monetizationEvent: MonetizationEventId }
  | { readonly kind: 'expiry' }
  | { readonly kind: 'revocation'; readonly reason: string }
  | { readonly kind: 'debt'; readonly usageEvent: UsageEventId | null }
  | { readonly kind: 'correction'; readonly corrects: BalanceUpdateId; readonly reason: string }

/** A signed change of one grant's balance. `seq` has no gap per customer; `hash` chains it to the one before. */
export interface BalanceUpdate {
  readonly id: BalanceUpdateId
  readonly customer: CustomerId
  readonly seq: number
  readonly grant: GrantId
  readonly delta: bigint
  readonly balanceBefore: MicroCredits
  readonly balanceAfter: MicroCredits
  readonly cause: BalanceCause
  readonly effectiveAtMs: number
  readonly recordedAtMs: number
  readonly previousHash: string
  readonly hash: string
}

/** A grant as the ledger knows it: everything that ever happened to its value. */
export interface LedgerGrant {
  readonly id: GrantId
  readonly customer: CustomerId
  readonly kind: Exclude<Layer, 'included'>
  readonly priority: number
  readonly amount: MicroCredits
  /** Settled: granted - spent - expired - revoked (+ corrections). */
  readonly balance: MicroCredits
  readonly spent: MicroCredits
  readonly expired: MicroCredits
  readonly revoked: MicroCredits
  readonly effectiveAtMs: number
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  readonly features: readonly string[] | null
  /** Where it came from: `refresh:<rule>:<period start>`, `purchase:<id>`, `api:<key>` ... unique per customer. */
  readonly source: string
  readonly reason: string
}

/** End of a customer's chain of balance updates, and how far usage is settled. */
export interface LedgerHead {
  readonly customer: CustomerId
  readonly seq: number
  readonly hash: string
  /** Every usage event up to this state version is settled. */
  readonly settledVersion: number
}
