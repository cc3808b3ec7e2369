import type { Pool } from 'pg'
import type { CustomerId } from '../../core/shared/ids.ts'
import { changeListeners } from '../../ports/change-listeners.ts'
import type { ChangeSignals } from '../../ports/signals.ts'
import type { Every } from '../../ports/system.ts'
import { uuidArray } from './arrays.ts'
import { fromUuid } from './codec/ids.ts'

export interface PostgresSignals extends ChangeSignals {
  /** Looks once for what other processes changed. */
  poll(): Promise<void>
  stop(): void
}

const POLL_MS = 250

interface StandingRow {
  customer_id: string | null
  version: string
  seq: string
}

/**
 * Changes of this process are heard at once, those of others at the next poll: one query every quarter of a second,
 * whatever the number of listeners. Who subscribes hears of the customer's standing at the next poll in any case: it may have
 * changed between the page that was rendered and its subscription.
 */
export function postgresSignals(
  pool: Pool,
  ports: { every: Every; onFault: (error: unknown) => void },
): PostgresSignals {
  const listeners = changeListeners(ports.onFault)
  function hear(customer: CustomerId, standing: { version: number; seq: number }): void {
    listeners.publish({ kind: 'customer', customer, version: standing.version })
    listeners.publish({ kind: 'settled', customer, seq: standing.seq })
  }

  async function poll(): Promise<void> {
    const { rows } = await pool.query<StandingRow>({
      name: 'signals_poll',
      text: `SELECT NULL::uuid AS customer_id, coalesce(max(version), 0)::bigint AS version, 0::bigint AS seq FROM policy_version
        UNION ALL SELECT s.customer_id, s.version, h.seq FROM unnest($1::uuid[]) AS n(customer_id)
        JOIN customer_state AS s USING (customer_id) JOIN ledger_head AS h USING (customer_id)`,
      values: [uuidArray([...listeners.subscribed.keys()], (customer) => customer)],
    })
    for (const row of rows) {
      if (row.customer_id === null) listeners.publish({ kind: 'policy', version: Number(row.version) })
      else hear(fromUuid('cus', row.customer_id), { version: Number(row.version), seq: Number(row.seq) })
    }
  }

  return {
    publish: listeners.publish,
    subscribe: listeners.subscribe,
    onPolicy: listeners.onPolicy,
    poll,
    stop: ports.every(POLL_MS, poll),
  }
}
