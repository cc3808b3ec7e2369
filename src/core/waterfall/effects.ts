import type { Hold } from '../hold/hold.ts'
import type { BalanceUpdate, LedgerGrant, LedgerHead, MonetizationEvent, UsageEvent } from '../settlement/events.ts'
import type { HoldId, SubjectId } from '../shared/ids.ts'
import type { CustomerState, SubjectState } from './state.ts'

/** Everything a plan may look at. What was not asked for is null; asking is done with `Needs`. */
export interface Snapshot {
  readonly state: CustomerState
  /** Rows of the subjects that were named; one that has no row yet is an empty SubjectState. */
  readonly subjects: ReadonlyMap<SubjectId, SubjectState>
  /** Rows of the holds that were named; one that is missing, or another customer's, is absent. */
  readonly holds: ReadonlyMap<HoldId, Hold>
  /** All open holds, soonest expiry first, at most OPEN_HOLDS_BOUND; null unless needed. */
  readonly openHolds: readonly Hold[] | null
  readonly ledger: LedgerSnapshot | null
  /** Of the extra keys that were named, those already used. */
  readonly usedKeys: ReadonlySet<string>
}

/** What a decision was made on, kept with it, so that it can be made again. */
export interface Seen {
  /** Before the change; holds that had already expired are given back in it. */
  readonly state: CustomerState
  readonly subjects: readonly SubjectState[]
  /** Only for denials whose `retryAt` had to look at them: the soonest to expire, at most SEEN_HOLDS_BOUND. Usually empty. */
  readonly openHolds: readonly Hold[]
}

export const SEEN_HOLDS_BOUND = 50

export const OPEN_HOLDS_BOUND = 1_000

export interface LedgerSnapshot {
  readonly head: LedgerHead
  /** All grants that have a balance, something held or not yet expired, and those named in `Needs.grants`. */
  readonly grants: ReadonlyMap<string, LedgerGrant>
  /** Usage events after `head.settledVersion`, in order: captured, not yet settled. */
  readonly pending: readonly UsageEvent[]
}

export interface Needs {
  readonly subjects?: readonly SubjectId[]
  readonly holds?: readonly HoldId[]
  /** Load `openHolds`. */
  readonly openHolds?: boolean
  /** Load the ledger: the change writes balance updates in the same transaction. Not batched. */
  readonly ledger?: boolean
  readonly grants?: readonly string[]
  /** Single-use keys (consent tokens) that this change redeems: `operation/key`. */
  readonly singleUse?: readonly string[]
}

/** What changes: rows that replace the ones the plan saw. Stores apply these and hold no rules. */
export interface Effects {
  /**
   * Null: the state row stays as it is, and then nothing else of the customer may change (a denial).
   * Otherwise its version is above the seen one, by one per change in it; each usage event carries a version of its own
   * in (seen, new].
   */
  readonly state: CustomerState | null
  readonly subjects?: readonly SubjectState[]
  /** Placed, or replaced by id. */
  readonly holds?: readonly Hold[]
  readonly usageEvents?: readonly UsageEvent[]
  readonly ledger?: {
    readonly head: LedgerHead
    readonly updates: readonly BalanceUpdate[]
    readonly grants: readonly LedgerGrant[]
    readonly monetizationEvents?: readonly MonetizationEvent[]
  }
}
