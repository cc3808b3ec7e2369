import type { PoolClient } from 'pg'
import type { UsageEvent } from '../../../core/settlement/events.ts'
import { assert, InvariantBroken } from '../../../core/shared/assert.ts'
import type { Backlog, SettlementPlan } from '../../../ports/settlement-store.ts'
import { int4Array, int8Array, textArray, timestampArray, uuidArray } from '../arrays.ts'
import { BALANCE_UPDATE_COLUMNS } from '../codec/ledger.ts'
import { addBalanceUpdates, balanceUpdateRows } from '../ledger/balance-update.ts'
import { grantValues, UPDATE_GRANTS } from '../ledger/grant.ts'
import { headRows, UPDATE_HEADS } from '../ledger/head.ts'
import {
  addMonetizationEvents,
  MONETIZATION_EVENT_COLUMNS,
  monetizationEventRows,
} from '../ledger/monetization-event.ts'
import { rowTypesOf } from '../ledger/row-types.ts'
import { inTurns } from './in-turns.ts'

/** What a batch works on, and the notes that end with it. */
export interface Work {
  readonly backlogs: readonly Backlog[]
  readonly notes: readonly string[]
}

export interface Planned {
  readonly backlog: Backlog
  readonly plan: SettlementPlan
}

export type Planner = (backlog: Backlog) => SettlementPlan

/** One statement for what mostly is there: each one costs as much as a few events. */
const WRITE = `WITH priced AS (
    INSERT INTO monetization_event (${MONETIZATION_EVENT_COLUMNS})
    SELECT ${MONETIZATION_EVENT_COLUMNS} FROM unnest($1::monetization_event[])
  ), posted AS (
    INSERT INTO balance_update (${BALANCE_UPDATE_COLUMNS})
    SELECT ${BALANCE_UPDATE_COLUMNS} FROM unnest($2::balance_update[])
  ), moved_grants AS (${UPDATE_GRANTS} RETURNING 1), moved_heads AS (${UPDATE_HEADS} RETURNING 1),
  ended AS (DELETE FROM due_note WHERE id = ANY($10::bigint[]))
  SELECT (SELECT count(*) FROM moved_grants)::int AS grants, (SELECT count(*) FROM moved_heads)::int AS heads`

/** Customers whose rows are made before requests have their turn: about a millisecond of work. */
const WRITTEN_AT_ONCE = 128

/** Writes the plans of any number of customers, and ends the notes. */
export async function writePlans(
  transaction: PoolClient,
  { planned, notes }: { readonly planned: readonly Planned[]; readonly notes: readonly string[] },
  nowMs: number,
): Promise<void> {
  const monetization = monetizationEventRows(planned.length)
  const updates = balanceUpdateRows(planned.length)
  await inTurns(planned, WRITTEN_AT_ONCE, ({ plan }) => {
    addMonetizationEvents(monetization, plan.monetizationEvents)
    addBalanceUpdates(updates, plan.updates)
  })
  const grants = planned.flatMap(({ plan }) => plan.grants)
  const heads = planned.filter(hasMoved).map(({ plan }) => plan.head)
  const types = await rowTypesOf(transaction)
  const { rows } = await transaction.query<[grants: number, heads: number]>({
    name: 'settle_write',
    text: WRITE,
    values: [
      monetization.end(types.monetization_event),
      updates.end(types.balance_update),
      ...grantValues(grants),
      headRows(heads).end(types.ledger_head),
      notes,
    ],
    rowMode: 'array',
  })
  assert(rows[0]?.[0] === grants.length, 'a grant whose balance moves exists')
  assert(rows[0][1] === heads.length, 'every customer has a ledger head')
  await writeFailures(transaction, planned, nowMs)
}

export const hasMoved = ({ backlog, plan }: Planned): boolean =>
  plan.head.settledVersion !== backlog.head.settledVersion || plan.head.seq !== backlog.head.seq

interface Failed {
  readonly event: UsageEvent
  readonly reason: string
  readonly attempts: number
}

async function writeFailures(transaction: PoolClient, planned: readonly Planned[], nowMs: number): Promise<void> {
  const failed = (dead: boolean): Failed[] =>
    planned.flatMap(({ backlog, plan }) =>
      plan.failures
        .filter((failure) => failure.dead === dead)
        .map(({ event, reason }) => ({ event, reason, attempts: (backlog.attempts.get(event.id) ?? 0) + 1 })),
    )
  const [again, dead] = [failed(false), failed(true)]
  const values = (rows: readonly Failed[]) => [
    uuidArray(rows, ({ event }) => event.customer),
    uuidArray(rows, ({ event }) => event.id),
    int8Array(rows, ({ event }) => event.version),
    int4Array(rows, ({ attempts }) => attempts),
    textArray(rows, ({ reason }) => reason.replaceAll('\u0000', '').slice(0, 1_000)),
    timestampArray(rows, () => nowMs),
  ]
  const UNNEST =
    'SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::integer[], $5::text[], $6::timestamptz[])'
  if (again.length > 0) {
    await transaction.query({
      text: `INSERT INTO settlement_failure (customer_id, usage_event_id, version, attempts, reason, last_at) ${UNNEST}
        ON CONFLICT (customer_id, usage_event_id)
        DO UPDATE SET attempts = EXCLUDED.attempts, reason = EXCLUDED.reason, last_at = EXCLUDED.last_at`,
      values: values(again),
    })
  }
  if (dead.length > 0) {
    await transaction.query({
      text: `INSERT INTO dead_letter (customer_id, usage_event_id, version, attempts, reason, died_at) ${UNNEST}`,
      values: values(dead),
    })
  }
  const settled = planned.filter(({ backlog }) => backlog.attempts.size > 0).map(({ plan }) => plan.head)
  if (settled.length === 0) return
  await transaction.query({
    text: `DELETE FROM settlement_failure AS f USING unnest($1::uuid[], $2::bigint[]) AS h(customer_id, settled_version)
      WHERE f.customer_id = h.customer_id AND f.version <= h.settled_version`,
    values: [uuidArray(settled, (head) => head.customer), int8Array(settled, (head) => head.settledVersion)],
  })
}

/**
 * Why these rows can never be written, or null when the store is at fault and trying the same again may help: classes 22
 * (data) and 23 (constraints) of SQLSTATE, and values that no column holds.
 */
export function refusalOf(error: unknown): string | null {
  if (error instanceof InvariantBroken || error instanceof RangeError) return `${error.name}: ${error.message}`
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^2[23]...$/.test(code) && error instanceof Error ? `${code}: ${error.message}` : null
}
