import type { CustomerId } from '../../core/shared/ids.ts'
import { type AlertEngine, evaluateAlerts } from './evaluate.ts'

export interface AlertWatch {
  /** Something of this customer changed. Costs nothing: it is looked at later. */
  note(customer: CustomerId): void
  /** Looks at those noted, the longest waiting first, at most `limit`. */
  look(limit: number): Promise<void>
  /** Looks at the next customers of all, at most `limit`; begins again at the end. Finds what a process that ended had noted. */
  sweep(limit: number): Promise<void>
}

const NOTED_BOUND = 10_000

/** Alerts follow the changes of customers and are no part of them: what is forgotten here, the sweep finds. */
export function alertWatch(engine: AlertEngine): AlertWatch {
  const noted = new Set<CustomerId>()
  let cursor: string | null = null

  return {
    note(customer) {
      if (noted.size < NOTED_BOUND) noted.add(customer)
    },
    async look(limit) {
      const customers = [...noted].slice(0, limit)
      for (const customer of customers) {
        noted.delete(customer)
        await evaluateAlerts(engine, customer)
      }
    },
    async sweep(limit) {
      const page = await engine.readers.customers({ cursor, limit, search: null })
      for (const { id } of page.items) await evaluateAlerts(engine, id)
      cursor = page.nextCursor
    },
  }
}
