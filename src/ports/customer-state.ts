import type { Decision } from '../core/waterfall/decision.ts'
import type { Effects, Needs, Seen, Snapshot } from '../core/waterfall/effects.ts'
import type { AccessRequest } from '../core/waterfall/request.ts'
import type { CustomerState, Factors } from '../core/waterfall/state.ts'
import type { CustomerId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

/**
 * The one way in which anything of a customer changes: load -> decide -> commit.
 *
 * `plan` is pure and may run again. The adapter may lock, compare and swap, batch or queue, but it applies exactly the
 * effects that `plan` returned for the state they replace, atomically and together with the records they come with, and
 * answers only when they are durable. Calls for one customer are serialised by the state version.
 */
export interface CustomerStateStore {
  transact(customer: CustomerId, operation: Operation): Promise<TransactResult>
  /** Inserts the first state (version 1) of a new customer, with its audit entry. Anything but `created`: nothing was. */
  create(customer: NewCustomer): Promise<Created>
}

export type Created =
  | { readonly kind: 'created' }
  /** That externalId exists. */
  | { readonly kind: 'taken'; readonly customer: CustomerId }
  /** The key was used for the same input before: what was answered then. */
  | { readonly kind: 'replayed'; readonly reply: Reply }
  /** Same key, other input. */
  | { readonly kind: 'key_reused' }

export interface NewCustomer {
  readonly state: CustomerState
  readonly externalId: string | null
  readonly name: string
  readonly kind: 'person' | 'organization'
  readonly createdAtMs: number
  readonly audit: AuditEntryDraft
  /** The refresh schedule of its tier: when which allowance is due next. */
  readonly refreshes: readonly RefreshDue[]
  /** Kept with the customer, so that the same key never creates another one. Null: only `externalId` keeps it single. */
  readonly once: { readonly idempotency: IdempotencyKey; readonly reply: Reply } | null
}

/** When an allowance rule of the customer's tier is due next. */
export interface RefreshDue {
  readonly rule: string
  readonly dueAtMs: number
}

export interface Operation {
  /** The caller's name for one intent; null only for jobs whose plan is idempotent by itself (expiry, refresh). */
  readonly idempotency: IdempotencyKey | null
  readonly needs: Needs
  plan(snapshot: Snapshot): Plan
}

export interface IdempotencyKey {
  /** Keys are unique per customer and operation: 'decisions', 'capture', 'release', 'grants' ... Creations share theirs. */
  readonly operation: string
  readonly key: string
  /** Hash of the input, 32 hex digits. */
  readonly fingerprint: string
}

/** How often a plan may ask for more. */
export const PLAN_ROUNDS = 4

export type Plan =
  /** Run again with more loaded. At most 4 rounds. */
  | { readonly kind: 'needs'; readonly needs: Needs }
  /** Nothing is written, not even the idempotency entry (dry run, refused input, an unrecorded denial). */
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'commit'; readonly effects: Effects; readonly records: Records; readonly reply: Reply }

/** What the caller gets, byte for byte also on a replay. `body` is JSON text. */
export interface Reply {
  readonly status: number
  readonly body: string
}

export interface Records {
  readonly decision?: DecisionRecord
  /** The reply's body is what `RenderAnswer` makes of the decision: it can be made again instead of being kept. */
  readonly answerFollows?: boolean
  readonly audit?: AuditEntryDraft
  /** Replaces the customer's whole refresh schedule. */
  readonly refreshes?: readonly RefreshDue[]
  /** Changed display data of the customer. */
  readonly customer?: { readonly name?: string }
}

/** The body that answers a decision that was not denied; the same bytes at any time and in every version. */
export type RenderAnswer = (decision: Decision) => string

/** A decision with everything needed to recompute and explain it. */
export interface DecisionRecord {
  readonly decision: Decision
  readonly request: AccessRequest
  readonly factors: Factors
  readonly seen: Seen
}

export type TransactResult =
  | { readonly kind: 'done'; readonly reply: Reply; readonly replayed: boolean }
  | { readonly kind: 'unknown_customer' }
  /** Same key, other input. */
  | { readonly kind: 'key_reused' }
  /** Same key, still running in this process. */
  | { readonly kind: 'in_flight' }
  /** The queue is full: nothing was done, try again. */
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number }

/** The store cannot be reached or answered in time: whether the change happened is unknown until the same key is retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
