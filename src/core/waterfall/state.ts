import type { GrantKind } from '../policy/document.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, GrantId, HoldId, SubjectId } from '../shared/ids.ts'

/**
 * What the gate knows of a customer: the row that `transact` replaces by version. Immutable: a plan returns a new one.
 * It stays small whatever the customer does: subjects, open holds and spent grants live in rows of their own.
 */
export interface CustomerState {
  readonly customer: CustomerId
  /** Goes up by one with every change; every record of a change cites it, so it orders a customer's history. */
  readonly version: number
  /** The latest instant anything was decided at: time never runs back for a customer. */
  readonly atMs: number
  readonly profile: CustomerProfile
  /** Included windows by id. A window nobody used yet is absent. */
  readonly windows: Readonly<Record<string, WindowState>>
  /** Customer-wide guards by guard key. */
  readonly guards: Readonly<Record<string, GuardState>>
  /** Grants with something available or held, in burn-down order. */
  readonly grants: readonly GrantState[]
  /** Customer-wide spend caps by id. */
  readonly caps: Readonly<Record<string, CapState>>
  /** Usage that no layer covered and that the policy turned into debt; paid back by the next credits. */
  readonly debt: MicroCredits
  readonly openHolds: number
  /** No open hold expires before this; null when none is open. A lower bound, exact after holds were loaded. */
  readonly nextHoldExpiryMs: number | null
}

/** One of nobody who did anything yet. */
export function newState(
  customer: CustomerId,
  { version, atMs, profile }: Pick<CustomerState, 'version' | 'atMs' | 'profile'>,
): CustomerState {
  return {
    customer,
    version,
    atMs,
    profile,
    windows: {},
    guards: {},
    grants: [],
    caps: {},
    debt: 0n,
    openHolds: 0,
    nextHoldExpiryMs: null,
  }
}

export interface CustomerProfile {
  readonly status: 'active' | 'suspended' | 'closed'
  readonly tier: string
  readonly timeZone: string
  /** Start of the customer's own periods. */
  readonly anchorMs: number
  /** May bought credits be drawn? `ask`: only with a consent token. */
  readonly consent: 'off' | 'ask' | 'on'
  /** The customer's own spend caps, beside the tier's. */
  readonly caps: readonly SpendCap[]
  readonly overrides: readonly Override[]
  /** Window resets that were granted and are kept until they are redeemed or expire. */
  readonly resets: readonly BankedReset[]
}

/** The right to start one included window anew, once. */
export interface BankedReset {
  readonly id: GrantId
  readonly window: string
  readonly reason: string
  readonly expiresAtMs: number
}

/** Bound on bought credits drawn in a period. `subject`: null applies to each subject or task on its own. */
export interface SpendCap {
  readonly id: string
  readonly scope: 'customer' | 'subject' | 'task'
  readonly subject: SubjectId | null
  readonly limit: MicroCredits
  readonly period: 'day' | 'week' | 'month' | 'ever'
}

/** Replaces one limit of the tier for this customer, until it expires. */
export interface Override {
  readonly target: { kind: 'window' | 'guard' | 'cap'; id: string }
  readonly limit: MicroCredits
  readonly reason: string
  readonly expiresAtMs: number | null
}

export type WindowState =
  | { readonly kind: 'fixed'; readonly startMs: number; readonly endMs: number; readonly used: MicroCredits }
  | SlidingState

/**
 * Counts per sub-bucket of `bucketMs`; `counts[0]` is bucket number `bucket` (from `bucket x bucketMs` on), each next one
 * is one bucket older. The length is kept so that counts keep their instants when a policy changes it.
 */
export interface SlidingState {
  readonly kind: 'sliding'
  readonly bucketMs: number
  readonly bucket: number
  readonly counts: readonly bigint[]
}

export type GuardState =
  /** GCRA: the theoretical arrival time, in microseconds. */
  | { readonly kind: 'burst'; readonly tatUs: number }
  | SlidingState
  /** Open holds that count, soonest expiry first; at most the guard's limit of them. */
  | { readonly kind: 'concurrency'; readonly open: readonly { readonly hold: HoldId; readonly expiresAtMs: number }[] }

export interface GrantState {
  readonly id: GrantId
  readonly kind: GrantKind
  readonly priority: number
  readonly amount: MicroCredits
  /** Neither spent, held nor pending. */
  readonly available: MicroCredits
  /** Taken by open holds. */
  readonly held: MicroCredits
  readonly effectiveAtMs: number
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  /** Only these features; null: all. */
  readonly features: readonly string[] | null
}

export interface CapState {
  readonly startMs: number
  readonly used: MicroCredits
}

/** Guards and caps of one subject or task; its own row, guarded by the customer's version. */
export interface SubjectState {
  readonly subject: SubjectId
  readonly guards: Readonly<Record<string, GuardState>>
  readonly caps: Readonly<Record<string, CapState>>
}

/** Adaptive factors in permille (1000 = unreduced). They scale guards only. */
export interface Factors {
  readonly load: number
  readonly behaviour: number
}

export const UNREDUCED: Factors = { load: 1000, behaviour: 1000 }
