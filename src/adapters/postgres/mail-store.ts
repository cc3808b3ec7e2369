import type { Pool } from 'pg'
import { isId } from '../../core/shared/ids.ts'
import { MAIL_LIST_LIMIT, type MailStore, type StoredMail } from '../../ports/mail-store.ts'
import { answering } from './answering.ts'
import { fromUuid, fromUuidOrNull, toUuid, toUuidOrNull } from './codec/ids.ts'
import { decodeMail, encodeMail } from './codec/mail.ts'

interface MailRow {
  id: string
  key: string
  recipient: string
  customer_id: string | null
  content: string
  status: StoredMail['status']
  attempts: number
  queued_at: Date
  next_attempt_at: Date
  sent_at: Date | null
  last_error: string | null
}

const decode = (row: MailRow): StoredMail => ({
  id: fromUuid('mail', row.id),
  key: row.key,
  to: row.recipient,
  customer: fromUuidOrNull('cus', row.customer_id),
  content: decodeMail(row.content),
  status: row.status,
  attempts: row.attempts,
  queuedAtMs: row.queued_at.getTime(),
  nextAttemptAtMs: row.next_attempt_at.getTime(),
  sentAtMs: row.sent_at?.getTime() ?? null,
  lastError: row.last_error,
})

export function postgresMailStore(pool: Pool): MailStore {
  return answering({
    async queue({ id, draft, atMs }) {
      const { rowCount } = await pool.query({
        name: 'mail_queue',
        text: `INSERT INTO mail (id, key, recipient, customer_id, content, status, attempts, queued_at, next_attempt_at)
          VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, $6) ON CONFLICT (key) DO NOTHING`,
        values: [
          toUuid(id),
          draft.key,
          draft.to,
          toUuidOrNull(draft.customer),
          encodeMail(draft.content),
          new Date(atMs),
        ],
      })
      return rowCount === 1
    },

    async claim({ nowMs, untilMs, limit }) {
      const { rows } = await pool.query<MailRow>({
        name: 'mail_claim',
        text: `WITH due AS (
            SELECT id FROM mail WHERE status = 'queued' AND next_attempt_at <= $1
            ORDER BY next_attempt_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
          UPDATE mail SET attempts = attempts + 1, next_attempt_at = $2 FROM due WHERE mail.id = due.id RETURNING mail.*`,
        values: [new Date(nowMs), new Date(untilMs), limit],
      })
      return rows.map(decode).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },

    async conclude({ id, attempts }, outcome) {
      const sentAt = outcome.kind === 'sent' ? new Date(outcome.atMs) : null
      const nextAt = outcome.kind === 'again' ? new Date(outcome.nextAttemptAtMs) : null
      const { rowCount } = await pool.query({
        name: 'mail_conclude',
        text: `UPDATE mail SET status = $3, sent_at = $4, last_error = $5, next_attempt_at = coalesce($6, next_attempt_at)
          WHERE id = $1 AND attempts = $2 AND status = 'queued'`,
        values: [
          toUuid(id),
          attempts,
          outcome.kind === 'again' ? 'queued' : outcome.kind,
          sentAt,
          outcome.kind === 'sent' ? null : outcome.error,
          nextAt,
        ],
      })
      return rowCount === 1
    },

    async byId(id) {
      if (!isId(id, 'mail')) return null
      const { rows } = await pool.query<MailRow>({
        name: 'mail_by_id',
        text: 'SELECT * FROM mail WHERE id = $1',
        values: [toUuid(id)],
      })
      return rows[0] ? decode(rows[0]) : null
    },

    async latest(limit) {
      const { rows } = await pool.query<MailRow>({
        name: 'mail_latest',
        text: 'SELECT * FROM mail ORDER BY id DESC LIMIT $1',
        values: [Math.min(limit, MAIL_LIST_LIMIT)],
      })
      return rows.map(decode)
    },

    async purge(beforeMs, limit) {
      const { rowCount } = await pool.query({
        name: 'mail_purge',
        text: `DELETE FROM mail WHERE id IN (
          SELECT id FROM mail WHERE status <> 'queued' AND queued_at < $1 ORDER BY queued_at LIMIT $2)`,
        values: [new Date(beforeMs), limit],
      })
      return rowCount ?? 0
    },
  } satisfies MailStore)
}
