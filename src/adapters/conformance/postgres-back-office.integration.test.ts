import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../core/ledger/audit-chain.ts'
import { appendAudit, postgresAuditLog } from '../postgres/audit-log.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import { postgresKeyStore } from '../postgres/key-store.ts'
import { postgresPolicyStore } from '../postgres/policy-store.ts'
import { sha256 } from '../system/hash.ts'
import { auditLogConformance } from './audit-log.ts'
import { auditDraft } from './drafts.ts'
import { keyStoreConformance } from './key-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { policyStoreConformance } from './policy-store.ts'

const opened: Awaited<ReturnType<typeof openPostgres>>[] = []
const open = async () => {
  const database = await openPostgres()
  opened.push(database)
  return database
}
afterAll(() => Promise.all(opened.map((database) => database.close())))

describe('postgres policy store', () => {
  policyStoreConformance(async () => {
    const { pool } = await open()
    return { store: postgresPolicyStore(pool), audit: postgresAuditLog(pool) }
  })
})

describe('postgres key store', () => {
  keyStoreConformance(async () => {
    const { pool } = await open()
    return { store: postgresKeyStore(pool), audit: postgresAuditLog(pool) }
  })
})

describe('postgres audit log', () => {
  auditLogConformance(async () => {
    const { pool } = await open()
    return {
      log: postgresAuditLog(pool),
      append: (draft) => inTransaction(pool, (client) => appendAudit(client, draft)),
    }
  })
})

describe('in the database', () => {
  let database: Awaited<ReturnType<typeof openPostgres>>
  beforeAll(async () => {
    database = await open()
  })
  const append = (count: number) =>
    inTransaction(database.pool, async (client) => {
      for (let index = 0; index < count; index += 1) await appendAudit(client, auditDraft({ detail: { index } }))
    })

  test('an entry goes with the transaction that it is part of', async () => {
    const log = postgresAuditLog(database.pool)
    await append(5)
    const before = await log.head()
    const failing = inTransaction(database.pool, async (client) => {
      await appendAudit(client, auditDraft())
      throw new Error('after the entry')
    })
    await expect(failing).rejects.toThrow('after the entry')
    expect(await log.head()).toEqual(before)
  })

  test.each([
    'UPDATE audit_entry SET reason = null',
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'DELETE FROM audit_head',
    'UPDATE policy_version SET note = note',
    'DELETE FROM policy_version',
    'DELETE FROM api_key',
    "UPDATE api_key SET scopes = '{policy}'",
  ])('the application’s role may not: %s', async (statement) => {
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' })
  })

  test.each([
    {
      name: 'an edit',
      sql: `UPDATE audit_entry SET detail = '{"index":7}' WHERE seq = 2`,
      broken: { seq: 2, why: 'hash' },
    },
    { name: 'a deletion', sql: 'DELETE FROM audit_entry WHERE seq = 3', broken: { seq: 4, why: 'gap' } },
    { name: 'a cut tail', sql: 'DELETE FROM audit_entry WHERE seq >= 5', broken: { seq: 4, why: 'tail' } },
    {
      name: 'two that changed places',
      sql: 'UPDATE audit_entry SET seq = CASE seq WHEN 1002 THEN 3 ELSE 2 END WHERE seq IN (1002, 1003)',
      broken: { seq: 2, why: 'link' },
    },
  ])('the owner’s $name is found against the exported head', async ({ sql, broken }) => {
    const exported = await postgresAuditLog(database.pool).head()
    const client = await database.owner.connect()
    try {
      await client.query('BEGIN')
      if (sql.includes('CASE')) await client.query('UPDATE audit_entry SET seq = seq + 1000 WHERE seq IN (2, 3)')
      expect((await client.query(sql)).rowCount).toBeGreaterThan(0)
      const forged = { query: client.query.bind(client) } as unknown as typeof database.pool
      const entries = await postgresAuditLog(forged).page(null, 100)
      expect(verifyAudit(entries, sha256, { expected: exported })).toEqual({ ok: false, broken })
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  })
})
