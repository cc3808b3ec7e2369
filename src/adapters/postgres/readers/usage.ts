import type { Pool } from 'pg'
import { type DecisionId, isId } from '../../../core/shared/ids.ts'
import { idAfter, numberAfter, pageLimit, pageOf } from '../../../ports/page.ts'
import type { Page, Readers } from '../../../ports/readers.ts'
import { decodeHold } from '../codec/hold.ts'
import { toUuid } from '../codec/ids.ts'
import { USAGE_EVENT_COLUMNS, type UsageEventRow } from '../codec/usage-event.ts'
import { decodeBalanceUpdate, BALANCE_UPDATE_COLUMNS, type BalanceUpdateRow } from '../codec/ledger.ts'
import {
  decodeMonetizationEvent,
  MONETIZATION_EVENT_COLUMNS,
  type MonetizationEventRow,
} from '../ledger/monetization-event.ts'
import { readEvent } from '../settlement-store/read-event.ts'
import { decisionReader } from './decision.ts'

const EMPTY: Page<never> = { items: [], nextCursor: null }
const FIRST_ID = '0'.repeat(32)
const LAST_ID = 'f'.repeat(32)
/** Above every version and seq. */
const LAST_NUMBER = Number.MAX_SAFE_INTEGER
/** An event is recorded within the change it belongs to; this much later at most, by the clocks of different processes. */
const SLACK_MS = 3_600_000

interface IdRange {
  readonly first: string
  readonly last: string
  readonly leastVersion: number
}

const idAt = (atMs: number): string =>
  Math.max(0, Math.min(atMs, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0')

/** Where a decision's events can be: from its own time until its hold was closed, so that few days are looked at. */
async function rangeOf(pool: Pool, decision: DecisionId): Promise<IdRange | null> {
  const stored = await decisionReader(pool, null)(decision)
  if (stored === null) return null
  const { atMs, hold, stateVersion, customer } = stored.decision
  const placed = hold === null ? null : await holdReader(pool)(hold.id)
  const lastMs = placed === null ? atMs : (placed.closedAtMs ?? placed.latestExpiryMs)
  return placed !== null && placed.customer !== customer
    ? null
    : { first: idAt(atMs - SLACK_MS), last: idAt(Math.max(atMs, lastMs) + SLACK_MS), leastVersion: stateVersion }
}

/** Newest first by version: the order in which they happened to the customer. */
export function usageEventsReader(pool: Pool): Readers['usageEvents'] {
  return async ({ customer, cursor, limit, id, decision }) => {
    const after = numberAfter('usage-events', cursor)
    if (!isId(customer, 'cus') || (id !== undefined && !isId(id, 'use'))) return EMPTY
    const bound = pageLimit(limit)
    let range: IdRange = { first: FIRST_ID, last: LAST_ID, leastVersion: 0 }
    if (decision !== undefined) {
      const found = await rangeOf(pool, decision)
      if (found === null) return EMPTY
      range = found
    }
    if (id !== undefined) range = { ...range, first: toUuid(id), last: toUuid(id) }
    const { rows } = await pool.query<UsageEventRow>({
      name: 'read_usage_events',
      text: `SELECT ${USAGE_EVENT_COLUMNS} FROM usage_event
        WHERE customer_id = $1 AND version < $2 AND version >= $3 AND id >= $4 AND id <= $5
          AND ($6::uuid IS NULL OR decision_id = $6) ORDER BY version DESC LIMIT $7`,
      values: [
        toUuid(customer),
        after ?? LAST_NUMBER,
        range.leastVersion,
        range.first,
        range.last,
        decision === undefined ? null : toUuid(decision),
        bound + 1,
      ],
    })
    return pageOf(
      'usage-events',
      rows.map((row) => readEvent(row).event),
      bound,
      (event) => event.version,
    )
  }
}

/** Newest usage first: one is partitioned and keyed by its usage event. */
export function monetizationEventsReader(pool: Pool): Readers['monetizationEvents'] {
  return async ({ customer, cursor, limit, usageEvent }) => {
    const after = idAfter('monetization-events', 'use', cursor)
    if (!isId(customer, 'cus') || (usageEvent !== undefined && !isId(usageEvent, 'use'))) return EMPTY
    const bound = pageLimit(limit)
    const { rows } = await pool.query<MonetizationEventRow>({
      name: 'read_monetization_events',
      text: `SELECT ${MONETIZATION_EVENT_COLUMNS} FROM monetization_event
        WHERE customer_id = $1 AND usage_event_id < $2 AND usage_event_id >= $3 AND usage_event_id <= $4
        ORDER BY usage_event_id DESC LIMIT $5`,
      values: [
        toUuid(customer),
        after === null ? LAST_ID : toUuid(after),
        usageEvent === undefined ? FIRST_ID : toUuid(usageEvent),
        usageEvent === undefined ? LAST_ID : toUuid(usageEvent),
        bound + 1,
      ],
    })
    return pageOf('monetization-events', rows.map(decodeMonetizationEvent), bound, (event) => event.usageEvent)
  }
}

export function balanceUpdatesReader(pool: Pool): Readers['balanceUpdates'] {
  return async ({ customer, cursor, limit, grant }) => {
    const after = numberAfter('balance-updates', cursor)
    if (!isId(customer, 'cus') || (grant !== undefined && !isId(grant, 'grt'))) return EMPTY
    const bound = pageLimit(limit)
    const { rows } = await pool.query<BalanceUpdateRow>({
      name: 'read_balance_updates',
      text: `SELECT ${BALANCE_UPDATE_COLUMNS} FROM balance_update
        WHERE customer_id = $1 AND seq < $2 AND ($3::uuid IS NULL OR grant_id = $3) ORDER BY seq DESC LIMIT $4`,
      values: [toUuid(customer), after ?? LAST_NUMBER, grant === undefined ? null : toUuid(grant), bound + 1],
    })
    return pageOf('balance-updates', rows.map(decodeBalanceUpdate), bound, (update) => update.seq)
  }
}

export function holdReader(pool: Pool): Readers['hold'] {
  return async (id) => {
    if (!isId(id, 'hold')) return null
    const { rows } = await pool.query<{ customer: string; doc: string }>({
      name: 'read_hold',
      text: `SELECT 'cus_' || replace(customer_id::text, '-', '') AS customer, doc FROM hold WHERE id = $1`,
      values: [toUuid(id)],
    })
    return rows[0] ? decodeHold(rows[0].customer, id, rows[0].doc) : null
  }
}
