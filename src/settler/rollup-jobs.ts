import type { LedgerHead } from '../core/settlement/events.ts'
import type { CustomerId } from '../core/shared/ids.ts'
import { type RollUpEngine, rollUpUsage } from '../services/usage/roll-up.ts'
import type { JobOutcome } from './due-jobs.ts'

/** Versions that pages count one by one instead: customers with little usage never need sums. */
export const LEAST = 256
const BATCHES = 4
const NOTED_BOUND = 50_000

type Job = (engine: RollUpEngine, limit: number) => Promise<JobOutcome>

export interface UsageRollups {
  /** Usage of this customer was settled. Costs nothing: it is added later. */
  note(head: Pick<LedgerHead, 'customer' | 'settledVersion'>): void
  /** Adds usage of those who have enough of it, at most `limit` customers. */
  readonly add: Job
  /** Looks at the next customers of all, round and round: finds what a process that ended had noted. */
  readonly sweep: Job
}

/**
 * Keeps the explorer's sums close behind settlement. One customer after the other: pages read over the same connections,
 * and what is late here is counted there.
 */
export function usageRollups(): UsageRollups {
  /** From where on a customer's usage is not added, as far as this process knows. */
  const from = new Map<CustomerId, number>()
  /** In the order in which they became due. */
  const due = new Map<CustomerId, number>()
  let after: CustomerId | null = null

  async function each(engine: RollUpEngine, customers: readonly CustomerId[]): Promise<JobOutcome> {
    const faults: unknown[] = []
    let done = 0
    for (const customer of customers) {
      try {
        if (await rollUpUsage(engine, { customer, batches: BATCHES })) done += 1
      } catch (fault) {
        faults.push(fault)
      }
    }
    return { due: customers.length, done, faults }
  }

  return {
    note({ customer, settledVersion }) {
      const known = from.get(customer)
      if (known === undefined) {
        const [oldest] = from.keys()
        if (from.size >= NOTED_BOUND && oldest !== undefined) from.delete(oldest)
        from.set(customer, settledVersion)
      } else if (settledVersion - known >= LEAST && due.size < NOTED_BOUND) due.set(customer, settledVersion)
    },
    async add(engine, limit) {
      const customers = [...due].slice(0, limit)
      for (const [customer, version] of customers) {
        due.delete(customer)
        from.set(customer, version)
      }
      return each(
        engine,
        customers.map(([customer]) => customer),
      )
    },
    async sweep(engine, limit) {
      const found = await engine.usage.behind({ after, limit, least: LEAST })
      after = found.next
      // a page of customers who are not behind is no work that is stuck
      return { ...(await each(engine, found.customers)), due: 0 }
    },
  }
}
