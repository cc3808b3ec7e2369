import type { Hold } from '../core/hold/hold.ts'
import type {
  BalanceUpdate,
  LedgerGrant,
  LedgerHead,
  MonetizationEvent,
  UsageEvent,
} from '../core/settlement/events.ts'
import type { BalanceUpdateId, CustomerId, DecisionId, GrantId, HoldId } from '../core/shared/ids.ts'
import type { CustomerState } from '../core/waterfall/state.ts'
import type { AuditEntry } from './audit-log.ts'
import type { RefreshDue } from './customer-state.ts'
import type { StoredDecision } from './readers.ts'

/** Reads everything that is stored as of one instant, so that live traffic raises no false alarm. */
export interface VerifyStore {
  read<T>(work: (view: VerifyView) => Promise<T>): Promise<T>
}

/** One unchanging picture of the store. Every list is a page in its stated order, strictly after `after`. */
export interface VerifyView {
  /** By id. */
  customers(after: CustomerId | null, limit: number): Promise<readonly CustomerId[]>
  /** Null: the customer, or a row that every customer has, is missing. */
  standing(customer: CustomerId): Promise<CustomerStanding | null>
  /** By id. */
  grants(customer: CustomerId, after: GrantId | null, limit: number): Promise<readonly LedgerGrant[]>
  /** By id; all of them, closed ones too. */
  holds(customer: CustomerId, after: HoldId | null, limit: number): Promise<readonly Hold[]>
  /** By version. */
  usageEvents(customer: CustomerId, afterVersion: number, limit: number): Promise<readonly UsageEvent[]>
  /** By version. */
  monetizationEvents(customer: CustomerId, afterVersion: number, limit: number): Promise<readonly MonetizationEvent[]>
  /** By seq. */
  balanceUpdates(customer: CustomerId, afterSeq: number, limit: number): Promise<readonly BalanceUpdate[]>
  balanceUpdate(customer: CustomerId, id: BalanceUpdateId): Promise<BalanceUpdate | null>
  /** By id. */
  decisions(customer: CustomerId, after: DecisionId | null, limit: number): Promise<readonly StoredDecision[]>
  /** Answers kept for idempotency keys; by operation and key. Single-use keys, which answer nothing, are left out. */
  replies(customer: CustomerId, after: ReplyKey | null, limit: number): Promise<readonly StoredReply[]>
  /** Pairs that are broken across tables, of one customer or of all: each list is empty when all is well. */
  orphans(customer: CustomerId | null): Promise<readonly OrphanCheck[]>
  /** By seq. */
  audit(afterSeq: number, limit: number): Promise<readonly AuditEntry[]>
  auditHead(): Promise<{ readonly seq: number; readonly hash: string }>
}

export interface CustomerStanding {
  readonly state: CustomerState
  readonly head: LedgerHead
  /** Usage events that were given up; their value stays pending. */
  readonly deadLetters: readonly string[]
  readonly refreshes: readonly RefreshDue[]
}

export interface ReplyKey {
  readonly operation: string
  readonly key: string
}

export interface StoredReply extends ReplyKey {
  readonly fingerprint: string
  readonly status: number
  /** Null: it is the answer of the decision. */
  readonly body: string | null
  readonly decision: DecisionId | null
  /** What is stored of that decision; null when there is none. */
  readonly answered: { readonly customer: CustomerId; readonly status: number } | null
}

export interface OrphanCheck {
  /** `usage_without_decision`, `settled_without_monetization` ... */
  readonly what: string
  readonly count: number
  /** The first few, as ids. */
  readonly sample: readonly string[]
}
