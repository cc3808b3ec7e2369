import type { CustomerId } from '../core/shared/ids.ts'
import { expireCredits } from '../services/credit/expire.ts'
import { refreshCredits } from '../services/credit/refresh.ts'
import type { Engine } from '../services/engine.ts'
import { expireHold } from '../services/hold/expire.ts'
import type { RefreshDue } from '../ports/customer-state.ts'

/** What one look found due, how much of it was done here, and what failed. The rest was done elsewhere, or waits. */
export interface JobOutcome {
  readonly due: number
  readonly done: number
  readonly faults: readonly unknown[]
}

/** One kind of work that time makes due; looks at no more than `limit` pieces of it. */
export type DueJob = (engine: Engine, limit: number) => Promise<JobOutcome>

export const expireDueHolds: DueJob = async (engine, limit) => {
  const due = await engine.due.holdsDue(engine.clock.nowMs(), limit)
  return runEach(due, (one) => expireHold(engine, one))
}

export const expireDueGrants: DueJob = async (engine, limit) => {
  const due = await engine.due.grantsDue(engine.clock.nowMs(), limit)
  const customers = [...new Set(due.map((one) => one.customer))]
  const outcome = await runEach(customers, (customer) => expireCredits(engine, { customer }))
  return { ...outcome, due: due.length }
}

export const refreshDueAllowances: DueJob = async (engine, limit) => {
  const due = await engine.due.refreshesDue(engine.clock.nowMs(), limit)
  const byCustomer = new Map<CustomerId, RefreshDue[]>()
  for (const { customer, rule, dueAtMs } of due) {
    const rules = byCustomer.get(customer) ?? []
    byCustomer.set(customer, [...rules, { rule, dueAtMs }])
  }
  const outcome = await runEach([...byCustomer], ([customer, rules]) =>
    refreshCredits(engine, { customer, due: rules }),
  )
  return { ...outcome, due: due.length }
}

/** Pieces worked on at the same time: enough to fill a store's batch, few enough to leave requests their turn. */
const AT_ONCE = 16

export async function runEach<T>(items: readonly T[], work: (item: T) => Promise<boolean>): Promise<JobOutcome> {
  const faults: unknown[] = []
  let done = 0
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const results = await Promise.allSettled(items.slice(from, from + AT_ONCE).map(work))
    for (const result of results) {
      if (result.status === 'rejected') faults.push(result.reason)
      else if (result.value) done += 1
    }
  }
  return { due: items.length, done, faults }
}
