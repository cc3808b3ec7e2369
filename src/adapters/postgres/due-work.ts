import type { Pool } from 'pg'
import type { DueWork } from '../../ports/readers.ts'
import { answering } from './answering.ts'
import { fromUuid } from './codec/ids.ts'

const LIMIT = 1_000
const bounded = (limit: number): number => Math.max(0, Math.min(limit, LIMIT))

/** Oldest due first, each from a partial index of its own. */
export function postgresDueWork(pool: Pool): DueWork {
  return answering({
    async holdsDue(nowMs, limit) {
      const { rows } = await pool.query<{ customer_id: string; id: string }>({
        name: 'holds_due',
        text: `SELECT customer_id, id FROM hold WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`,
        values: [new Date(nowMs), bounded(limit)],
      })
      return rows.map((row) => ({ customer: fromUuid('cus', row.customer_id), hold: fromUuid('hold', row.id) }))
    },

    async grantsDue(nowMs, limit) {
      const { rows } = await pool.query<{ customer_id: string; id: string }>({
        name: 'grants_due',
        text: `SELECT customer_id, id FROM grants WHERE open AND expires_at IS NOT NULL AND expires_at <= $1
          ORDER BY expires_at LIMIT $2`,
        values: [new Date(nowMs), bounded(limit)],
      })
      return rows.map((row) => ({ customer: fromUuid('cus', row.customer_id), grant: fromUuid('grt', row.id) }))
    },

    async refreshesDue(nowMs, limit) {
      const { rows } = await pool.query<{ customer_id: string; rule: string; due_at: Date }>({
        name: 'refreshes_due',
        text: 'SELECT customer_id, rule, due_at FROM refresh_due WHERE due_at <= $1 ORDER BY due_at LIMIT $2',
        values: [new Date(nowMs), bounded(limit)],
      })
      return rows.map((row) => ({
        customer: fromUuid('cus', row.customer_id),
        rule: row.rule,
        dueAtMs: row.due_at.getTime(),
      }))
    },
  } satisfies DueWork)
}
