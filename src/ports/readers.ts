import type { Hold } from '../core/hold/hold.ts'
import type {
  BalanceUpdate,
  LedgerGrant,
  LedgerHead,
  MonetizationEvent,
  UsageEvent,
} from '../core/settlement/events.ts'
import type { CustomerId, DecisionId, GrantId, HoldId, UsageEventId } from '../core/shared/ids.ts'
import type { CustomerState } from '../core/waterfall/state.ts'
import type { DecisionRecord } from './customer-state.ts'

export interface Customer {
  readonly id: CustomerId
  readonly externalId: string | null
  readonly name: string
  readonly kind: 'person' | 'organization'
  readonly createdAtMs: number
}

/** Everything the overview shows, read at one instant: what is displayed is what is enforced. */
export interface CustomerView {
  readonly customer: Customer
  readonly state: CustomerState
  readonly head: LedgerHead
  readonly grants: readonly LedgerGrant[]
  /** Soonest expiry first, at most 200. */
  readonly openHolds: readonly Hold[]
  readonly openHoldsTotal: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Opaque; null at the end. */
  readonly nextCursor: string | null
}
export interface PageQuery {
  readonly customer: CustomerId
  readonly cursor: string | null
  readonly limit: number
}

export interface StoredDecision extends DecisionRecord {
  readonly recordedAtMs: number
  /** Exact body that was answered. */
  readonly answer: string
  readonly status: number
  /** Identical denials that were counted onto this one. */
  readonly coalesced: number
}

/** Denials are coalesced: the first few are kept as decisions, identical ones are counted onto one of them. */
export interface DenialTally {
  readonly decision: DecisionId
  readonly customer: CustomerId
  readonly count: number
  readonly lastAtMs: number
}

/** A cursor that this store did not make, or made for another list: the caller's mistake. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}

/** Reads outside `transact`; newest first unless said otherwise. Cursors survive new rows. */
export interface Readers {
  customer(id: CustomerId): Promise<CustomerView | null>
  customers(query: {
    cursor: string | null
    limit: number
    search: string | null
  }): Promise<Page<Customer & { tier: string }>>
  decision(id: DecisionId): Promise<StoredDecision | null>
  /** With `beforeMs`, those made before it. */
  decisions(
    query: PageQuery & { outcome?: 'allowed' | 'partial' | 'denied'; beforeMs?: number },
  ): Promise<Page<StoredDecision>>
  hold(id: HoldId): Promise<Hold | null>
  usageEvents(query: PageQuery & { id?: UsageEventId; decision?: DecisionId }): Promise<Page<UsageEvent>>
  monetizationEvents(query: PageQuery & { usageEvent?: UsageEventId }): Promise<Page<MonetizationEvent>>
  balanceUpdates(query: PageQuery & { grant?: GrantId }): Promise<Page<BalanceUpdate>>
  grant(id: GrantId): Promise<LedgerGrant | null>
  tally(denials: readonly DenialTally[]): Promise<void>
}

/** Work that time makes due. Claims nothing: the operation on the customer decides whether it is still due. */
export interface DueWork {
  holdsDue(nowMs: number, limit: number): Promise<readonly { customer: CustomerId; hold: HoldId }[]>
  grantsDue(nowMs: number, limit: number): Promise<readonly { customer: CustomerId; grant: GrantId }[]>
  refreshesDue(
    nowMs: number,
    limit: number,
  ): Promise<readonly { customer: CustomerId; rule: string; dueAtMs: number }[]>
}

/** Housekeeping of the store itself: partitions ahead of time, idempotency entries past their keeping time. */
export interface Maintenance {
  ensurePartitions(nowMs: number): Promise<void>
  purgeIdempotency(beforeMs: number, limit: number): Promise<number>
}
