import type { CustomerId, LimitRequestId, UserId } from '../core/shared/ids.ts'
import type { Override } from '../core/waterfall/state.ts'
import type { AuditEntryDraft } from './audit-log.ts'

/** What was answered; `applied`: the override that was promised is in force. */
export type LimitAnswer =
  | { readonly state: 'open' }
  | {
      readonly state: 'approved'
      readonly granted: bigint
      readonly grantedUntilMs: number | null
      readonly answer: string
      readonly answeredBy: UserId
      readonly answeredAtMs: number
      readonly appliedAtMs: number | null
    }
  | {
      readonly state: 'declined'
      readonly answer: string
      readonly answeredBy: UserId
      readonly answeredAtMs: number
    }

/** A customer's wish for more of one limit: micro-credits for windows and caps, units for guards. */
export interface LimitRequest {
  readonly id: LimitRequestId
  readonly customer: CustomerId
  readonly target: Override['target']
  readonly title: string
  /** The limit in force when it was asked. */
  readonly limitThen: bigint
  readonly asked: bigint
  readonly why: string
  readonly askedBy: UserId
  readonly askedByName: string
  readonly askedAtMs: number
  readonly outcome: LimitAnswer
}

export const LIMIT_REQUEST_LIST_LIMIT = 50

export interface LimitRequestStore {
  /** `waiting`: there is an open one for this limit already, and it stays as it is. */
  create(request: LimitRequest, audit: AuditEntryDraft): Promise<'created' | 'waiting'>
  byId(id: LimitRequestId): Promise<LimitRequest | null>
  /** Newest first, at most LIMIT_REQUEST_LIST_LIMIT. */
  list(customer: CustomerId): Promise<readonly LimitRequest[]>
  /** Of all customers, those that wait for an answer: the longest first. */
  open(limit: number): Promise<readonly LimitRequest[]>
  /** The first answer stands; false: it had one, or there is no such request. */
  answer(id: LimitRequestId, outcome: Exclude<LimitAnswer, { state: 'open' }>, audit: AuditEntryDraft): Promise<boolean>
  applied(id: LimitRequestId, atMs: number): Promise<void>
  /** Approvals that were answered before `beforeMs` and are not in force yet, the oldest first. */
  unapplied(beforeMs: number, limit: number): Promise<readonly LimitRequest[]>
}
