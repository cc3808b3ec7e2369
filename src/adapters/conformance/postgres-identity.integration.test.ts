import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresAuditLog } from '../postgres/audit-log.ts'
import { postgresIdentityStore } from '../postgres/identity-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { ids, START_MS } from './drafts.ts'
import { identityStoreConformance } from './identity-store.ts'

let database: Awaited<ReturnType<typeof openPostgres>>
beforeAll(async () => {
  database = await openPostgres()
})
afterAll(() => database.close())

describe('postgres identity store', () => {
  identityStoreConformance(async () => ({
    store: postgresIdentityStore(database.pool),
    audit: postgresAuditLog(database.pool),
    async customer(name) {
      const id = ids.next('cus', START_MS)
      await database.pool.query('INSERT INTO customer (id, name, kind, created_at) VALUES ($1, $2, $3, $4)', [
        id.slice(4),
        name,
        'organization',
        new Date(START_MS),
      ])
      return id
    },
  }))
})

test.each([
  "UPDATE app_user SET email = 'x@example.com'",
  'DELETE FROM app_user',
  'UPDATE session SET token_hash = token_hash',
  'UPDATE session SET user_id = user_id',
  'UPDATE invitation SET role = role',
  'DELETE FROM invitation',
  'UPDATE one_time_link SET user_id = user_id',
  'DELETE FROM provider_binding',
])('the application’s role may not: %s', async (statement) => {
  await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' })
})

test.each([
  ['SELECT * FROM app_user', '42501'],
  ['SELECT * FROM session', '42501'],
])('the reader’s role may not: %s', async (statement, code) => {
  const client = await database.owner.connect()
  try {
    await client.query('BEGIN')
    await client.query('SET LOCAL ROLE spillway_reader')
    await expect(client.query(statement)).rejects.toMatchObject({ code })
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
})
