import type { Pool } from 'pg'
import { int4Array, int8Array, textArray, timestampArray, uuidArray } from '../src/adapters/postgres/arrays.ts'
import { encodeState } from '../src/adapters/postgres/codec/state.ts'
import type { CustomerId } from '../src/core/shared/ids.ts'
import type { CustomerState, GrantState, WindowState } from '../src/core/waterfall/state.ts'
import type { Ids } from '../src/ports/system.ts'
import { FIVE_HOURS_MS, TIER, WEEK_MS, WINDOW_LIMIT } from './policy.ts'

const CHUNK = 10_000
const PLENTY = 10n ** 15n

/**
 * Customers as the engine would have them, straight into the tables. A third draws on the included windows, a third on an
 * allowance because the windows are used up, a third on bought credits.
 */
export async function seedCustomers(
  pool: Pool,
  { ids, atMs, count }: { ids: Ids; atMs: number; count: number },
): Promise<CustomerId[]> {
  const customers: CustomerId[] = []
  while (customers.length < count) {
    const chunk = Array.from({ length: Math.min(CHUNK, count - customers.length) }, (_, i) =>
      stateOf(customers.length + i, ids, atMs),
    )
    await insert(pool, chunk, atMs)
    for (const state of chunk) customers.push(state.customer)
  }
  return customers
}

export function stateOf(index: number, ids: Ids, atMs: number): CustomerState {
  const windowsLeft = index % 3 === 0
  const allowanceLeft = index % 3 === 1
  const used = windowsLeft ? 0n : WINDOW_LIMIT
  const window = (lengthMs: number): WindowState => ({ kind: 'fixed', startMs: atMs, endMs: atMs + lengthMs, used })
  return {
    customer: ids.next('cus', atMs),
    version: 1,
    atMs,
    profile: {
      status: 'active',
      tier: TIER,
      timeZone: 'Europe/Berlin',
      anchorMs: atMs,
      consent: 'on',
      caps: [],
      overrides: [],
      resets: [],
    },
    windows: { five_hour: window(FIVE_HOURS_MS), week: window(WEEK_MS) },
    guards: {},
    grants: [...(allowanceLeft ? [grantOf('allowance', ids, atMs)] : []), grantOf('credits', ids, atMs)],
    caps: {},
    debt: 0n,
    openHolds: 0,
    nextHoldExpiryMs: null,
  }
}

const grantOf = (kind: 'allowance' | 'credits', ids: Ids, atMs: number): GrantState => ({
  id: ids.next('grt', atMs),
  kind,
  priority: 0,
  amount: PLENTY,
  available: PLENTY,
  held: 0n,
  effectiveAtMs: atMs,
  expiresAtMs: null,
  createdAtMs: atMs,
  features: null,
})

async function insert(pool: Pool, states: readonly CustomerState[], atMs: number): Promise<void> {
  const customers = uuidArray(states, (state) => state.customer)
  const available = (state: CustomerState): bigint => state.grants.reduce((sum, grant) => sum + grant.available, 0n)
  await pool.query(
    `INSERT INTO customer (id, external_id, name, kind, created_at)
      SELECT id, null, 'Bench', 'person', to_timestamp($2::float8 / 1000) FROM unnest($1::uuid[]) AS id`,
    [customers, atMs],
  )
  const grants = states.flatMap(({ customer, grants: own }) => own.map((grant) => ({ customer, grant })))
  await Promise.all([
    pool.query(
      `INSERT INTO customer_state (customer_id, version, available, held, debt, doc)
      SELECT id, 1, available, 0, 0, doc FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS s (id, available, doc)`,
      [customers, int8Array(states, available), textArray(states, encodeState)],
    ),
    pool.query(
      `INSERT INTO ledger_head (customer_id, seq, hash, settled_version)
      SELECT id, 0, repeat('0', 64), 1 FROM unnest($1::uuid[]) AS id`,
      [customers],
    ),
    pool.query(
      `INSERT INTO grants (id, customer_id, kind, priority, amount, balance, spent, expired, revoked, effective_at,
        expires_at, created_at, features, source, reason)
      SELECT id, customer, kind, priority, amount, amount, 0, 0, 0, at, null, at, null, 'bench:' || kind, 'bench'
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::timestamptz[])
        AS g (id, customer, kind, priority, amount, at)`,
      [
        uuidArray(grants, ({ grant }) => grant.id),
        uuidArray(grants, ({ customer }) => customer),
        textArray(grants, ({ grant }) => grant.kind),
        int4Array(grants, ({ grant }) => grant.priority),
        int8Array(grants, ({ grant }) => grant.amount),
        timestampArray(grants, () => atMs),
      ],
    ),
  ])
}
