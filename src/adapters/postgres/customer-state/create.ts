import type pg from 'pg'
import { GENESIS_HASH } from '../../../core/ledger/chain.ts'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import type { NewCustomer } from '../../../ports/customer-state.ts'
import { appendAudit } from '../audit-log.ts'
import { encodeState } from '../codec/state.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { writeRefreshes } from './write-rows.ts'

type Created = { kind: 'created' } | { kind: 'taken'; customer: CustomerId }

/** Inserts a customer with its state, ledger head, schedule and audit entry, in one transaction. */
export async function createCustomer(client: pg.ClientBase, customer: NewCustomer): Promise<Created> {
  await client.query('BEGIN')
  try {
    const result = await insert(client, customer)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function insert(
  client: pg.ClientBase,
  { state, externalId, name, kind, createdAtMs, audit, refreshes }: NewCustomer,
): Promise<Created> {
  assert(state.version === 1, 'a new customer starts at version 1')
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

async function holderOf(client: pg.ClientBase, externalId: string | null): Promise<CustomerId> {
  const { rows } = await client.query<{ id: string }>({
    name: 'customer_by_external_id',
    text: 'SELECT id FROM customer WHERE external_id = $1',
    values: [externalId],
  })
  assert(rows[0] !== undefined, 'an external id that is taken has a customer')
  return fromUuid('cus', rows[0].id)
}
