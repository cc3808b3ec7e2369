import type { PoolClient } from 'pg'
import { backOffMs } from '../../../core/settlement/back-off.ts'
import type { Backlog } from '../../../ports/settlement-store.ts'
import type { Stay } from './claim.ts'
import { type Planned, type Planner, hasMoved, refusalOf, type Work, writePlans } from './write.ts'

/** Back-off of a customer whose failure itself cannot be written: the longest there is. */
const GIVEN_UP_ATTEMPTS = 16

/**
 * Writes each customer behind a savepoint of its own, so that one whose rows are refused harms nobody else. Such a
 * customer's first event is tried alone; when that is refused too, the plan counts it as failed for that reason.
 */
export async function writeOneByOne(
  transaction: PoolClient,
  { backlogs, notes }: Work,
  plan: Planner,
  nowMs: number,
): Promise<{ planned: readonly Planned[]; given: readonly Stay[] }> {
  const planned: Planned[] = []
  const given: Stay[] = []

  await writePlans(transaction, { planned: [], notes }, nowMs)
  for (const backlog of backlogs) {
    const whole = { backlog, plan: plan(backlog) }
    if ((await tryWrite(transaction, whole, nowMs)) === null) {
      planned.push(whole)
      continue
    }
    const first = firstOf(backlog, plan)
    const refusal = await tryWrite(transaction, first, nowMs)
    const single = refusal === null ? first : failedOf(first, plan, refusal)
    if (refusal !== null && (await tryWrite(transaction, single, nowMs)) !== null) {
      given.push({ customers: [backlog.customer], notBeforeMs: nowMs + backOffMs(GIVEN_UP_ATTEMPTS) })
      continue
    }
    planned.push(single)
    if (hasMoved(single) && backlog.events.length > 1) given.push({ customers: [backlog.customer], notBeforeMs: null })
  }
  return { planned, given }
}

function firstOf(backlog: Backlog, plan: Planner): Planned {
  const first = { ...backlog, events: backlog.events.slice(0, 1) }
  return { backlog: first, plan: plan(first) }
}

function failedOf({ backlog }: Planned, plan: Planner, refusal: string): Planned {
  const [event] = backlog.events
  const refused = event === undefined ? backlog : { ...backlog, refusals: new Map([[event.id, refusal]]) }
  return { backlog: refused, plan: plan(refused) }
}

/** Null when it is written; otherwise why it never can be, with nothing written. What the store is at fault for is thrown. */
async function tryWrite(transaction: PoolClient, planned: Planned, nowMs: number): Promise<string | null> {
  await transaction.query('SAVEPOINT customer')
  try {
    await writePlans(transaction, { planned: [planned], notes: [] }, nowMs)
    await transaction.query('RELEASE SAVEPOINT customer')
    return null
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    await transaction.query('ROLLBACK TO SAVEPOINT customer')
    return refusal
  }
}
