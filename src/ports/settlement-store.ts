import type {
  BalanceUpdate,
  LedgerGrant,
  LedgerHead,
  MonetizationEvent,
  UsageEvent,
} from '../core/settlement/events.ts'
import type { CustomerId } from '../core/shared/ids.ts'

/**
 * The settler's transaction. A commit that records usage leaves a due note in the same transaction; `settleDue` claims
 * notes (skipping those that another settler holds), locks the ledger heads of their customers in id order, loads what
 * is not settled yet in order, lets `plan` decide per customer, and writes it all in one transaction with the notes' end.
 */
export interface SettlementStore {
  settleDue(
    options: { maxNotes: number; maxEventsPerCustomer: number },
    plan: (backlog: Backlog) => SettlementPlan,
  ): Promise<SettledBatch>
  /** How far settlement is behind: unsettled events and the age of the oldest due note. */
  lag(nowMs: number): Promise<{ dueNotes: number; oldestMs: number | null }>
  deadLetters(limit: number): Promise<readonly DeadLetter[]>
}

export interface Backlog {
  readonly customer: CustomerId
  readonly head: LedgerHead
  /** Ordered by version, all after `head.settledVersion`. */
  readonly events: readonly UsageEvent[]
  /** Every grant that an event's lines name. */
  readonly grants: ReadonlyMap<string, LedgerGrant>
  /** Failed attempts so far by usage event id. */
  readonly attempts: ReadonlyMap<string, number>
  /** Why the store refused to write this event's plan, by usage event id: the plan counts it as a failure. Mostly empty. */
  readonly refusals: ReadonlyMap<string, string>
}

export interface SettlementPlan {
  readonly head: LedgerHead
  readonly monetizationEvents: readonly MonetizationEvent[]
  readonly updates: readonly BalanceUpdate[]
  /** Grants whose balance changed, replaced by id. */
  readonly grants: readonly LedgerGrant[]
  /** Poison: kept aside with the reason; the others go on. An entry without `dead` is only counted and tried again later. */
  readonly failures: readonly { readonly event: UsageEvent; readonly reason: string; readonly dead: boolean }[]
}

export interface SettledBatch {
  readonly notes: number
  readonly customers: readonly CustomerId[]
  readonly events: number
  /** recordedAt of the oldest event settled in this batch; null when none. */
  readonly oldestRecordedAtMs: number | null
}

export interface DeadLetter {
  readonly event: UsageEvent
  readonly reason: string
  readonly attempts: number
  readonly diedAtMs: number
}
