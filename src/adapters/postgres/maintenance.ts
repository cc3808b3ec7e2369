import type { Pool } from 'pg'
import { KEPT_OPERATIONS } from '../../core/shared/single-use.ts'
import type { Maintenance } from '../../ports/readers.ts'
import { answering } from './answering.ts'

const DAY_MS = 86_400_000
/** Days that have their partition before they begin: a week in which nobody looks is survived. */
const AHEAD_DAYS = 7
const PURGE_LIMIT = 50_000

/** Two processes that start together make the same partition; the second is content that it is there. */
const MADE_MEANWHILE = new Set(['42P07', '42P17', '23505', '42710'])
const ATTEMPTS = 4

export function postgresMaintenance(pool: Pool): Maintenance {
  return answering({
    async ensurePartitions(nowMs) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await pool.query('SELECT spillway_ensure_partitions($1, $2)', [
            new Date(nowMs),
            new Date(nowMs + AHEAD_DAYS * DAY_MS),
          ])
          return
        } catch (error) {
          const meanwhile = error instanceof Error && 'code' in error && MADE_MEANWHILE.has(String(error.code))
          if (!meanwhile || attempt === ATTEMPTS) throw error
        }
      }
    },

    async purgeIdempotency(beforeMs, limit) {
      const purged = await pool.query({
        name: 'idempotency_purge',
        text: `DELETE FROM idempotency_entry WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_entry
          WHERE recorded_at < $1 AND operation <> ALL($2::text[]) LIMIT $3))`,
        values: [new Date(beforeMs), KEPT_OPERATIONS, Math.max(0, Math.min(limit, PURGE_LIMIT))],
      })
      return purged.rowCount ?? 0
    },
  } satisfies Maintenance)
}
