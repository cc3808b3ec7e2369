import type { PoolClient } from 'pg'
import type { UsageEvent } from '../../../core/settlement/events.ts'
import { InvariantBroken } from '../../../core/shared/assert.ts'
import type { Backlog, SettlementPlan } from '../../../ports/settlement-store.ts'
import { int4Array, int8Array, textArray, timestampArray, uuidArray } from '../arrays.ts'
import { insertBalanceUpdates } from '../customer-state/write-rows.ts'
import { updateGrants } from '../ledger/grant.ts'
import { updateHeads } from '../ledger/head.ts'
import { insertMonetizationEvents } from '../ledger/monetization-event.ts'

export interface Planned {
  readonly backlog: Backlog
  readonly plan: SettlementPlan
}

export type Planner = (backlog: Backlog) => SettlementPlan

/** Writes the plans of any number of customers by one statement a table. */
export async function writePlans(transaction: PoolClient, planned: readonly Planned[], nowMs: number): Promise<void> {
  const plans = planned.map(({ plan }) => plan)
  await insertMonetizationEvents(
    transaction,
    plans.flatMap((plan) => plan.monetizationEvents),
  )
  const updates = plans.flatMap((plan) => plan.updates)
  if (updates.length > 0) await insertBalanceUpdates(transaction, updates)
  await updateGrants(
    transaction,
    plans.flatMap((plan) => plan.grants),
  )
  await updateHeads(
    transaction,
    planned.filter(hasMoved).map(({ plan }) => plan.head),
  )
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
