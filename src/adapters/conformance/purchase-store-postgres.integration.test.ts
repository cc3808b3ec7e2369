import { afterAll, expect, test } from 'vitest'
import { postgresAuditLog } from '../postgres/audit-log.ts'
import { postgresPurchaseStore } from '../postgres/purchase-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { purchaseStoreConformance } from './purchase-store.ts'

const opened: Awaited<ReturnType<typeof openPostgres>>[] = []
const open = async () => {
  const database = await openPostgres()
  opened.push(database)
  return database
}
afterAll(() => Promise.all(opened.map((database) => database.close())))

purchaseStoreConformance(async () => {
  const { pool } = await open()
  return { store: postgresPurchaseStore(pool), audit: postgresAuditLog(pool) }
})

test.each([
  'DELETE FROM purchase',
  "UPDATE purchase SET pack = '{}'",
  'UPDATE purchase SET total_minor = 1',
  'DELETE FROM payment_event',
  "UPDATE payment_event SET id = 'other'",
  'DELETE FROM auto_top_up',
])('the application’s role may not: %s', async (statement) => {
  const { pool } = await open()
  await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' })
})
