import type { Pool } from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { postgresAuditLog } from '../postgres/audit-log.ts'
import { postgresCaseStore } from '../postgres/case-store.ts'
import { postgresLimitRequestStore } from '../postgres/limit-request-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { caseStoreConformance } from './case-store.ts'
import { limitRequestStoreConformance } from './limit-request-store.ts'

const opened: Awaited<ReturnType<typeof openPostgres>>[] = []
const open = async () => {
  const database = await openPostgres()
  opened.push(database)
  return database
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

const withAudit = async <T>(make: (pool: Pool) => T) => {
  const { pool } = await open()
  return { store: make(pool), audit: postgresAuditLog(pool) }
}

describe('postgres store of limit requests', () => {
  limitRequestStoreConformance(() => withAudit(postgresLimitRequestStore))
})

describe('postgres store of cases', () => {
  caseStoreConformance(() => withAudit(postgresCaseStore))
})

test('the application’s role may not rewrite what was asked, said or collected', async () => {
  const { pool } = await open()
  for (const statement of [
    'DELETE FROM limit_request',
    'UPDATE limit_request SET asked = 1',
    'DELETE FROM case_file',
    "UPDATE case_file SET evidence = '{}'",
    "UPDATE case_message SET body = ''",
    'DELETE FROM case_message',
  ])
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' })
})
