import type { Pool } from 'pg'
import type { DeadLetter, SettledBatch, SettlementStore } from '../../../ports/settlement-store.ts'
import type { Clock } from '../../../ports/system.ts'
import { answering } from '../answering.ts'
import { knownLedgers } from './known-ledgers.ts'
import { readEventJson, USAGE_EVENT_JSON } from './event-json.ts'
import { BatchRefused, settleDue } from './settle-due.ts'

/** Notes that are counted when somebody asks for the lag; more than that is "very far behind", whatever the number. */
const MAX_COUNTED_NOTES = 100_000
/** Events in one batch: a tenth or two of a second's work, far from the time limit of a statement on a busy machine too. */
const MAX_EVENTS = 5_000
/** Customers in one batch: no more heads are kept from others than there is room to work on. */
const FEWEST_CUSTOMERS = 250
const MOST_CUSTOMERS = 2_000
const DEAD_LETTERS_LIMIT = 500

interface DeadRow {
  event: string
  reason: string
  attempts: number
  died_at: Date
}

/**
 * Settles by batches. Any number of these may run at once: notes are skipped while another one holds them, customers
 * wait for their ledger head, and what is settled is behind the head's version for whoever comes second.
 */
export function postgresSettlementStore(pool: Pool, clock: Clock, maxEvents = MAX_EVENTS): SettlementStore {
  const ledgers = knownLedgers()
  let maxCustomers = MOST_CUSTOMERS
  return answering({
    async settleDue(bounds, plan) {
      const options = { ...bounds, maxEvents, maxCustomers, ledgers, nowMs: clock.nowMs() }
      const settle = async (together: boolean): Promise<SettledBatch> => {
        const { unreached, ...batch } = await settleDue(pool, options, plan, together)
        maxCustomers =
          unreached > 0 ? Math.max(FEWEST_CUSTOMERS, maxCustomers / 2) : Math.min(MOST_CUSTOMERS, maxCustomers * 2)
        return batch
      }
      try {
        return await settle(true)
      } catch (error) {
        if (!(error instanceof BatchRefused)) throw error
        return settle(false)
      }
    },

    async lag(nowMs) {
      const { rows } = await pool.query<{ notes: string; oldest: Date | null }>({
        name: 'due_note_lag',
        text: `SELECT count(*) AS notes, min(recorded_at) AS oldest
          FROM (SELECT recorded_at FROM due_note ORDER BY id LIMIT $1) AS n`,
        values: [MAX_COUNTED_NOTES],
      })
      const oldest = rows[0]?.oldest ?? null
      return { dueNotes: Number(rows[0]?.notes ?? 0), oldestMs: oldest && Math.max(0, nowMs - oldest.getTime()) }
    },

    async deadLetters(limit) {
      const { rows } = await pool.query<DeadRow>({
        name: 'dead_letters',
        text: `SELECT ${USAGE_EVENT_JSON} AS event, d.reason, d.attempts, d.died_at
          FROM (SELECT * FROM dead_letter ORDER BY died_at DESC, usage_event_id DESC LIMIT $1) AS d
          JOIN usage_event AS e ON e.customer_id = d.customer_id AND e.version = d.version AND e.id = d.usage_event_id
          ORDER BY d.died_at DESC, d.usage_event_id DESC`,
        values: [Math.min(limit, DEAD_LETTERS_LIMIT)],
      })
      return rows.map(
        (row): DeadLetter => ({
          event: readEventJson(row.event).event,
          reason: row.reason,
          attempts: row.attempts,
          diedAtMs: row.died_at.getTime(),
        }),
      )
    },
  } satisfies SettlementStore)
}
