import type { CaseEvidence } from '../core/case/evidence.ts'
import type { CaseId, CustomerId, DecisionId, UsageEventId, UserId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

export type CaseState =
  /** Staff has the word. */
  | 'open'
  /** The customer has the word. */
  | 'answered'
  | 'closed'

export type CaseAbout =
  | { readonly kind: 'decision'; readonly id: DecisionId }
  | { readonly kind: 'usage'; readonly id: UsageEventId }

export interface CaseFile {
  readonly id: CaseId
  readonly customer: CustomerId
  readonly title: string
  readonly about: CaseAbout
  readonly state: CaseState
  /** As it was when the case was opened; never changed. */
  readonly evidence: CaseEvidence
  readonly openedBy: UserId
  readonly openedByName: string
  readonly openedAtMs: number
  readonly changedAtMs: number
  readonly messages: number
}

export interface CaseMessage {
  readonly number: number
  readonly side: 'customer' | 'staff'
  readonly author: UserId
  readonly authorName: string
  readonly body: string
  readonly writtenAtMs: number
}

export const CASE_LIST_LIMIT = 100
/** A customer has no more cases that are not closed. */
export const RUNNING_CASES = 20
export const CASE_MESSAGES = 200

export interface CaseStore {
  /** With its first message. `running`: this record has a case that is not closed. */
  open(
    file: Omit<CaseFile, 'messages'>,
    first: Omit<CaseMessage, 'number'>,
    audit: AuditEntryDraft,
  ): Promise<{ readonly kind: 'opened' | 'too_many' } | { readonly kind: 'running'; readonly id: CaseId }>
  byId(id: CaseId): Promise<CaseFile | null>
  /** The case of this record that is not closed. */
  running(customer: CustomerId, about: CaseAbout['id']): Promise<CaseId | null>
  /** Newest first, at most CASE_LIST_LIMIT; evidence is left out. */
  list(customer: CustomerId): Promise<readonly Omit<CaseFile, 'evidence'>[]>
  /** Of all customers, those in which staff has the word: the longest first; evidence is left out. */
  waiting(limit: number): Promise<readonly Omit<CaseFile, 'evidence'>[]>
  /** In the order they were written. */
  messages(id: CaseId): Promise<readonly CaseMessage[]>
  /** Adds it and passes the word to the other side. */
  reply(id: CaseId, message: Omit<CaseMessage, 'number'>): Promise<'added' | 'closed' | 'full' | 'unknown'>
  /** False: it was closed, or there is none. */
  close(id: CaseId, atMs: number, audit: AuditEntryDraft): Promise<boolean>
}
