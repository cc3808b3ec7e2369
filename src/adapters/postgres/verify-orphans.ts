import type { OrphanCheck } from '../../ports/verify-store.ts'
import type { Transaction } from './audit-log.ts'
import { NOBODY } from './customer-state/create.ts'

/** Rows without the partner that they must have, one query each; `$1` is a customer or null for all. */
const ORPHANS: Readonly<Record<string, string>> = {
  usage_without_decision: `SELECT u.id FROM usage_event AS u
    WHERE u.decision_id IS NOT NULL AND ($1::uuid IS NULL OR u.customer_id = $1)
      AND NOT EXISTS (SELECT FROM decision AS d WHERE d.customer_id = u.customer_id AND d.id = u.decision_id)`,
  usage_without_hold: `SELECT u.id FROM usage_event AS u
    WHERE u.hold_id IS NOT NULL AND ($1::uuid IS NULL OR u.customer_id = $1)
      AND NOT EXISTS (SELECT FROM hold AS h WHERE h.id = u.hold_id AND h.customer_id = u.customer_id)`,
  consumption_without_its_one_usage_event: `SELECT d.id FROM decision AS d
    LEFT JOIN usage_event AS u ON u.customer_id = d.customer_id AND u.decision_id = d.id AND u.hold_id IS NULL
    WHERE d.mode = 'consume' AND d.outcome <> 'denied' AND ($1::uuid IS NULL OR d.customer_id = $1)
    GROUP BY d.customer_id, d.id HAVING count(u.id) <> 1`,
  usage_recorded_twice: `SELECT u.id FROM usage_event AS u WHERE ($1::uuid IS NULL OR u.customer_id = $1)
    GROUP BY u.customer_id, u.id HAVING count(*) > 1`,
  report_recorded_twice: `SELECT min(u.id::text) FROM usage_event AS u
    WHERE u.decision_id IS NULL AND ($1::uuid IS NULL OR u.customer_id = $1) AND u.detail IS JSON
    GROUP BY u.customer_id, u.detail::json ->> 2 HAVING count(*) > 1 AND u.detail::json ->> 2 IS NOT NULL`,
  dead_letter_without_usage: `SELECT l.usage_event_id FROM dead_letter AS l
    WHERE ($1::uuid IS NULL OR l.customer_id = $1)
      AND NOT EXISTS (SELECT FROM usage_event AS u WHERE u.customer_id = l.customer_id AND u.version = l.version AND u.id = l.usage_event_id)`,
}

/** Tables with a customer: a row of nobody would be seen by no walk over customers. */
const OWNED = [
  'customer_state',
  'subject_state',
  'hold',
  'idempotency_entry',
  'decision',
  'usage_event',
  'monetization_event',
  'balance_update',
  'grants',
  'ledger_head',
]

/** Runs every anti-join; a count of 0 each when all is well. */
export async function findOrphans(client: Transaction, customer: string | null): Promise<OrphanCheck[]> {
  const found: OrphanCheck[] = []
  for (const [what, query] of Object.entries(ORPHANS))
    found.push(await count(client, { what, query, values: [customer] }))
  if (customer !== null) return found
  for (const table of OWNED) {
    const but = table === 'idempotency_entry' ? `t.customer_id <> '${NOBODY}' AND` : ''
    const query = `SELECT t.customer_id FROM ${table} AS t WHERE ${but} NOT EXISTS (SELECT FROM customer AS c WHERE c.id = t.customer_id)`
    found.push(await count(client, { what: `${table}_of_nobody`, query, values: [] }))
  }
  return found
}

async function count(
  client: Transaction,
  one: { what: string; query: string; values: unknown[] },
): Promise<OrphanCheck> {
  const { rows } = await client.query<{ count: string; sample: string[] }>({
    text: `SELECT count(*) AS count, (array_agg(o.id::text))[1:5] AS sample FROM (${one.query}) AS o(id)`,
    values: one.values,
  })
  return { what: one.what, count: Number(rows[0]?.count ?? 0), sample: rows[0]?.sample ?? [] }
}
