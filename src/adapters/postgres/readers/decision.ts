import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import type { RenderAnswer } from '../../../ports/customer-state.ts'
import { idAfter, idAt, pageLimit, pageOf } from '../../../ports/page.ts'
import type { DenialTally, Readers, StoredDecision } from '../../../ports/readers.ts'
import { int8Array, timestampArray, uuidArray } from '../arrays.ts'
import { answerOf } from '../codec/answer.ts'
import { DECISION_COLUMNS, type DecisionRow, decodeDecision } from '../codec/decision.ts'
import { toUuid } from '../codec/ids.ts'

interface StoredRow extends DecisionRow {
  coalesced: string | null
}

const STORED_COLUMNS = `${DECISION_COLUMNS.replace(/\w+/g, 'd.$&')}, t.count AS coalesced`
const FROM = `FROM decision AS d LEFT JOIN denial_tally AS t ON t.customer_id = d.customer_id AND t.decision_id = d.id`

function decodeStored(row: StoredRow, render: RenderAnswer | null): StoredDecision {
  const record = decodeDecision(row)
  return {
    ...record,
    recordedAtMs: row.recorded_at.getTime(),
    answer: answerOf(row.answer, record.decision, render),
    status: row.status,
    coalesced: Number(row.coalesced ?? 0),
  }
}

/** By id alone: its time names the one partition to look in. */
export function decisionReader(pool: Pool, render: RenderAnswer | null): Readers['decision'] {
  return async (id) => {
    if (!isId(id, 'dec')) return null
    const { rows } = await pool.query<StoredRow>({
      name: 'read_decision',
      text: `SELECT ${STORED_COLUMNS} ${FROM} WHERE d.id = $1`,
      values: [toUuid(id)],
    })
    return rows[0] ? decodeStored(rows[0], render) : null
  }
}

const LAST_ID = 'f'.repeat(32)

export function decisionsReader(pool: Pool, render: RenderAnswer | null): Readers['decisions'] {
  return async ({ customer, cursor, limit, outcome, beforeMs }) => {
    const after = idAfter('decisions', 'dec', cursor)
    const before = beforeMs === undefined ? null : idAt('dec', beforeMs)
    const end = after !== null && (before === null || after < before) ? after : before
    if (!isId(customer, 'cus')) return { items: [], nextCursor: null }
    const bound = pageLimit(limit)
    const { rows } = await pool.query<StoredRow>({
      name: 'read_decisions',
      text: `SELECT ${STORED_COLUMNS} ${FROM}
        WHERE d.customer_id = $1 AND d.id < $2 AND ($3::text IS NULL OR d.outcome = $3) ORDER BY d.id DESC LIMIT $4`,
      values: [toUuid(customer), end === null ? LAST_ID : toUuid(end), outcome ?? null, bound + 1],
    })
    const items = rows.map((row) => decodeStored(row, render))
    return pageOf('decisions', items, bound, (stored) => stored.decision.id)
  }
}

/** Adds counts of identical denials to those that are kept. Rows are taken in one order, so that two writers do not meet head-on. */
export function tallyWriter(pool: Pool): Readers['tally'] {
  return async (denials: readonly DenialTally[]) => {
    if (denials.length === 0) return
    await pool.query({
      name: 'denial_tally_add',
      text: `INSERT INTO denial_tally (customer_id, decision_id, count, last_at)
        SELECT customer_id, decision_id, sum(count), max(last_at)
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[]) AS n(customer_id, decision_id, count, last_at)
        GROUP BY customer_id, decision_id ORDER BY customer_id, decision_id
        ON CONFLICT (customer_id, decision_id)
        DO UPDATE SET count = denial_tally.count + EXCLUDED.count, last_at = greatest(denial_tally.last_at, EXCLUDED.last_at)`,
      values: [
        uuidArray(denials, (denial) => denial.customer),
        uuidArray(denials, (denial) => denial.decision),
        int8Array(denials, (denial) => denial.count),
        timestampArray(denials, (denial) => denial.lastAtMs),
      ],
    })
  }
}
