import type pg from 'pg'
import { GENESIS_HASH } from '../../../core/ledger/chain.ts'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Created, NewCustomer } from '../../../ports/customer-state.ts'
import { appendAudit } from '../audit-log.ts'
import { encodeState } from '../codec/state.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { writeRefreshes } from './write-rows.ts'

/** Whose idempotency entries of creations are: there is no customer yet when the key is looked up. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Inserts a customer with its state, ledger head, schedule, key and audit entry, in one transaction. */
export async function createCustomer(client: pg.ClientBase, customer: NewCustomer): Promise<Created> {
  await client.query('BEGIN')
  try {
    const result = await insert(client, customer)
    await client.query(result.kind === 'created' ? 'COMMIT' : 'ROLLBACK')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function insert(
  client: pg.ClientBase,
  { state, externalId, name, kind, createdAtMs, audit, refreshes, once }: NewCustomer,
): Promise<Created> {
  assert(state.version === 1, 'a new customer starts at version 1')
  const earlier = once === null ? null : await claimKey(client, once, createdAtMs)
  if (earlier !== null) return earlier
  const id = toUuid(state.customer)
  const inserted = await client.query({
    name: 'customer_insert',
    text: `INSERT INTO customer (id, external_id, name, kind, created_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (external_id) DO NOTHING`,
    values: [id, externalId, name, kind, new Date(createdAtMs)],
  })
  if (inserted.rowCount === 0) return { kind: 'taken', customer: await holderOf(client, externalId) }
  const sum = (of: 'available' | 'held'): bigint => state.grants.reduce((total, grant) => total + grant[of], 0n)
  await client.query({
    name: 'customer_state_insert',
    text: 'INSERT INTO customer_state (customer_id, version, available, held, debt, doc) VALUES ($1, $2, $3, $4, $5, $6)',
    values: [id, state.version, sum('available'), sum('held'), state.debt, encodeState(state)],
  })
  await client.query({
    name: 'ledger_head_insert',
    text: 'INSERT INTO ledger_head (customer_id, seq, hash, settled_version) VALUES ($1, 0, $2, 0)',
    values: [id, GENESIS_HASH],
  })
  await writeRefreshes(client, state.customer, refreshes)
  await appendAudit(client, audit)
  return { kind: 'created' }
}

/** Writes the key's entry; waits for whoever is using it. Null: it is ours, if the transaction commits. */
async function claimKey(
  client: pg.ClientBase,
  { idempotency, reply }: NonNullable<NewCustomer['once']>,
  recordedAtMs: number,
): Promise<Created | null> {
  const { operation, key, fingerprint } = idempotency
  const claimed = await client.query({
    name: 'customer_key_insert',
    text: `INSERT INTO idempotency_entry (customer_id, operation, key, fingerprint, status, recorded_at, body)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    values: [NOBODY, operation, key, fingerprint, reply.status, new Date(recordedAtMs), reply.body],
  })
  if (claimed.rowCount === 1) return null
  const { rows } = await client.query<{ same: boolean; status: number; body: string }>({
    name: 'customer_by_key',
    text: `SELECT fingerprint = $4 AS same, status, body FROM idempotency_entry
      WHERE customer_id = $1 AND operation = $2 AND key = $3`,
    values: [NOBODY, operation, key, fingerprint],
  })
  const [known] = rows
  // Its retention ended in between.
  if (known === undefined) return claimKey(client, { idempotency, reply }, recordedAtMs)
  return known.same ? { kind: 'replayed', reply: { status: known.status, body: known.body } } : { kind: 'key_reused' }
}

async function holderOf(client: pg.ClientBase, externalId: string | null): Promise<CustomerId> {
  const { rows } = await client.query<{ id: string }>({
    name: 'customer_by_external_id',
    text: 'SELECT id FROM customer WHERE external_id = $1',
    values: [externalId],
  })
  assert(rows[0] !== undefined, 'an external id that is taken has a customer')
  return fromUuid('cus', rows[0].id)
}
