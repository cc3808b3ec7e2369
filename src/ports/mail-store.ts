import type { MailId } from '../core/shared/ids.ts'
import type { MailDraft } from './mailer.ts'

export interface StoredMail extends MailDraft {
  readonly id: MailId
  readonly status: 'queued' | 'sent' | 'failed'
  /** Claims so far, the one under way included. */
  readonly attempts: number
  readonly queuedAtMs: number
  /** When it may be claimed next. */
  readonly nextAttemptAtMs: number
  readonly sentAtMs: number | null
  readonly lastError: string | null
}

/** What became of an attempt. */
export type MailOutcome =
  | { readonly kind: 'sent'; readonly atMs: number }
  | { readonly kind: 'again'; readonly nextAttemptAtMs: number; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string }

export const MAIL_LIST_LIMIT = 200

/** The outbox. A mail is there once per key, and is claimed by one sender at a time. */
export interface MailStore {
  /** False: a mail with this key was queued before; nothing is written. */
  queue(mail: { readonly id: MailId; readonly draft: MailDraft; readonly atMs: number }): Promise<boolean>
  /**
   * Due mails, oldest first, which nobody else is given before `untilMs`. A sender that dies gives its claims back by
   * that time: so a mail may reach the mail server twice, and is never lost.
   */
  claim(claim: {
    readonly nowMs: number
    readonly untilMs: number
    readonly limit: number
  }): Promise<readonly StoredMail[]>
  /** `attempts` as claimed: what became of an attempt whose claim ran out is not written. False then. */
  conclude(mail: { readonly id: MailId; readonly attempts: number }, outcome: MailOutcome): Promise<boolean>
  byId(id: MailId): Promise<StoredMail | null>
  /** Newest first, at most MAIL_LIST_LIMIT. */
  latest(limit: number): Promise<readonly StoredMail[]>
  /** Deletes mails that are over and were queued before, links and all; returns how many. */
  purge(beforeMs: number, limit: number): Promise<number>
}
