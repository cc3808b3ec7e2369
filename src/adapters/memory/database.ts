import type { Hold } from '../../core/hold/hold.ts'
import type {
  BalanceUpdate,
  LedgerGrant,
  LedgerHead,
  MonetizationEvent,
  UsageEvent,
} from '../../core/settlement/events.ts'
import type { CustomerId, DecisionId, GrantId, HoldId, KeyId, SubjectId, UsageEventId } from '../../core/shared/ids.ts'
import type { CustomerState, SubjectState } from '../../core/waterfall/state.ts'
import type { ApiKey } from '../../ports/key-store.ts'
import type { AuditEntry } from '../../ports/audit-log.ts'
import type { RefreshDue } from '../../ports/customer-state.ts'
import type { PolicyVersion } from '../../ports/policy-store.ts'
import type { Customer, DenialTally, StoredDecision } from '../../ports/readers.ts'
import type { DeadLetter } from '../../ports/settlement-store.ts'

/**
 * The same tables as PostgreSQL's, as maps. Rows are immutable values and are handed out as they are; a write replaces a
 * row. Whoever writes does it all without an await in between: that is this database's transaction.
 */
export class MemoryDatabase {
  readonly customers = new Map<CustomerId, Customer>()
  readonly customerByExternalId = new Map<string, CustomerId>()

  readonly states = new Map<CustomerId, CustomerState>()
  readonly subjects = new Map<CustomerId, Map<SubjectId, SubjectState>>()
  readonly holds = new Map<HoldId, Hold>()
  /** The open ones of each customer, in the order they were placed. */
  readonly openHolds = new Map<CustomerId, Map<HoldId, Hold>>()
  readonly idempotency = new Map<string, IdempotencyRow>()

  readonly decisions = new Map<DecisionId, DecisionRow>()
  /** Oldest first, like every list below. */
  readonly decisionsOf = new Map<CustomerId, DecisionRow[]>()
  /** In the order of their versions: the order of settlement. */
  readonly usageEventsOf = new Map<CustomerId, UsageEvent[]>()
  readonly monetizationEvents = new Map<UsageEventId, MonetizationEvent>()
  readonly monetizationEventsOf = new Map<CustomerId, MonetizationEvent[]>()
  /** `[seq - 1]` is the update with that seq. */
  readonly balanceUpdatesOf = new Map<CustomerId, BalanceUpdate[]>()

  readonly grants = new Map<GrantId, LedgerGrant>()
  readonly grantsOf = new Map<CustomerId, Map<GrantId, LedgerGrant>>()
  readonly ledgerHeads = new Map<CustomerId, LedgerHead>()

  /** Claimed from the front. */
  readonly dueNotes: DueNote[] = []
  readonly settlementFailures = new Map<UsageEventId, { readonly attempts: number; readonly reason: string }>()
  readonly deadLetters: DeadLetter[] = []
  readonly denialTallies = new Map<DecisionId, DenialTally>()
  readonly refreshDue = new Map<CustomerId, readonly RefreshDue[]>()

  readonly policyVersions: PolicyVersion[] = []
  readonly apiKeys = new Map<KeyId, ApiKey>()
  readonly audit: AuditEntry[] = []
}

/** `coalesced` is in `denialTallies`. */
export type DecisionRow = Omit<StoredDecision, 'coalesced'>

export interface DueNote {
  readonly customers: readonly CustomerId[]
  readonly recordedAtMs: number
}

export interface IdempotencyRow {
  readonly fingerprint: string
  readonly status: number
  readonly body: string
  readonly recordedAtMs: number
}

/** Key of `idempotency`: unique per customer and operation. */
export function idempotencyKey(customer: CustomerId, operation: string, key: string): string {
  return JSON.stringify([customer, operation, key])
}

/** The list or map kept under a key, made when it is missing. */
export function rowsOf<K, V>(table: Map<K, V>, key: K, make: () => V): V {
  let rows = table.get(key)
  if (rows === undefined) {
    rows = make()
    table.set(key, rows)
  }
  return rows
}
