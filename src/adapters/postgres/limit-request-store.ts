import type { Pool } from 'pg'
import { isId } from '../../core/shared/ids.ts'
import {
  LIMIT_REQUEST_LIST_LIMIT,
  type LimitAnswer,
  type LimitRequest,
  type LimitRequestStore,
} from '../../ports/limit-request-store.ts'
import { answering } from './answering.ts'
import { appendAudit } from './audit-log.ts'
import { fromUuid, toUuid } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'

interface RequestRow {
  id: string
  customer_id: string
  target_kind: LimitRequest['target']['kind']
  target_id: string
  title: string
  limit_then: string
  asked: string
  why: string
  asked_by: string
  asked_by_name: string
  asked_at: Date
  state: LimitAnswer['state']
  granted: string | null
  granted_until: Date | null
  answer: string | null
  answered_by: string | null
  answered_at: Date | null
  applied_at: Date | null
}

function outcomeOf(row: RequestRow): LimitAnswer {
  if (row.state === 'open') return { state: 'open' }
  const answered = {
    answer: row.answer ?? '',
    answeredBy: fromUuid('usr', row.answered_by ?? ''),
    answeredAtMs: row.answered_at?.getTime() ?? 0,
  }
  if (row.state === 'declined') return { state: 'declined', ...answered }
  return {
    state: 'approved',
    granted: BigInt(row.granted ?? 0),
    grantedUntilMs: row.granted_until?.getTime() ?? null,
    ...answered,
    appliedAtMs: row.applied_at?.getTime() ?? null,
  }
}

const decode = (row: RequestRow): LimitRequest => ({
  id: fromUuid('req', row.id),
  customer: fromUuid('cus', row.customer_id),
  target: { kind: row.target_kind, id: row.target_id },
  title: row.title,
  limitThen: BigInt(row.limit_then),
  asked: BigInt(row.asked),
  why: row.why,
  askedBy: fromUuid('usr', row.asked_by),
  askedByName: row.asked_by_name,
  askedAtMs: row.asked_at.getTime(),
  outcome: outcomeOf(row),
})

export function postgresLimitRequestStore(pool: Pool): LimitRequestStore {
  return answering({
    async create(request, audit) {
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          text: `INSERT INTO limit_request (id, customer_id, target_kind, target_id, title, limit_then, asked, why, asked_by, asked_by_name, asked_at, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open')
            ON CONFLICT (customer_id, target_kind, target_id) WHERE (state = 'open') DO NOTHING`,
          values: [
            toUuid(request.id),
            toUuid(request.customer),
            request.target.kind,
            request.target.id,
            request.title,
            request.limitThen,
            request.asked,
            request.why,
            toUuid(request.askedBy),
            request.askedByName,
            new Date(request.askedAtMs),
          ],
        })
        if (rowCount === 0) return 'waiting'
        await appendAudit(client, audit)
        return 'created'
      })
    },

    async byId(id) {
      if (!isId(id, 'req')) return null
      const { rows } = await pool.query<RequestRow>({
        name: 'limit_request_by_id',
        text: 'SELECT * FROM limit_request WHERE id = $1',
        values: [toUuid(id)],
      })
      return rows[0] ? decode(rows[0]) : null
    },

    async list(customer) {
      const { rows } = await pool.query<RequestRow>({
        name: 'limit_request_list',
        text: 'SELECT * FROM limit_request WHERE customer_id = $1 ORDER BY id DESC LIMIT $2',
        values: [toUuid(customer), LIMIT_REQUEST_LIST_LIMIT],
      })
      return rows.map(decode)
    },

    async open(limit) {
      const { rows } = await pool.query<RequestRow>({
        name: 'limit_request_open',
        text: `SELECT * FROM limit_request WHERE state = 'open' ORDER BY id LIMIT $1`,
        values: [limit],
      })
      return rows.map(decode)
    },

    async answer(id, outcome, audit) {
      const approved = outcome.state === 'approved' ? outcome : null
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          name: 'limit_request_answer',
          text: `UPDATE limit_request SET state = $2, granted = $3, granted_until = $4, answer = $5, answered_by = $6, answered_at = $7
            WHERE id = $1 AND state = 'open'`,
          values: [
            toUuid(id),
            outcome.state,
            approved?.granted ?? null,
            approved === null || approved.grantedUntilMs === null ? null : new Date(approved.grantedUntilMs),
            outcome.answer,
            toUuid(outcome.answeredBy),
            new Date(outcome.answeredAtMs),
          ],
        })
        if (rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      })
    },

    async applied(id, atMs) {
      await pool.query({
        name: 'limit_request_applied',
        text: `UPDATE limit_request SET applied_at = $2 WHERE id = $1 AND state = 'approved' AND applied_at IS NULL`,
        values: [toUuid(id), new Date(atMs)],
      })
    },

    async unapplied(beforeMs, limit) {
      const { rows } = await pool.query<RequestRow>({
        name: 'limit_request_unapplied',
        text: `SELECT * FROM limit_request WHERE state = 'approved' AND applied_at IS NULL AND answered_at < $1
          ORDER BY answered_at LIMIT $2`,
        values: [new Date(beforeMs), limit],
      })
      return rows.map(decode)
    },
  } satisfies LimitRequestStore)
}
