import type { Pool } from 'pg'
import { isId } from '../../core/shared/ids.ts'
import { type ApiKey, type KeyStore, REVOKED_BOUND, type Scope } from '../../ports/key-store.ts'
import { answering } from './answering.ts'
import { appendAudit, type Transaction } from './audit-log.ts'
import { fromUuid, fromUuidOrNull, toUuid, toUuidOrNull } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'

interface KeyRow {
  id: string
  customer_id: string | null
  name: string
  prefix: string
  secret_hash: string
  scopes: Scope[]
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
}

const decodeKey = (row: KeyRow): ApiKey => ({
  id: fromUuid('key', row.id),
  customer: fromUuidOrNull('cus', row.customer_id),
  name: row.name,
  prefix: row.prefix,
  secretHash: row.secret_hash,
  scopes: row.scopes,
  createdAtMs: row.created_at.getTime(),
  expiresAtMs: row.expires_at?.getTime() ?? null,
  revokedAtMs: row.revoked_at?.getTime() ?? null,
  lastUsedAtMs: row.last_used_at?.getTime() ?? null,
})

const dateOrNull = (atMs: number | null): Date | null => (atMs === null ? null : new Date(atMs))

const COLUMNS = 'id, customer_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at'
const LIST_LIMIT = 500

async function insertKey(client: Transaction, key: ApiKey): Promise<void> {
  await client.query({
    name: 'key_insert',
    text: `INSERT INTO api_key (${COLUMNS})
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      toUuid(key.id),
      toUuidOrNull(key.customer),
      key.name,
      key.prefix,
      key.secretHash,
      key.scopes,
      new Date(key.createdAtMs),
      dateOrNull(key.expiresAtMs),
      dateOrNull(key.revokedAtMs),
      dateOrNull(key.lastUsedAtMs),
    ],
  })
}

export function postgresKeyStore(pool: Pool): KeyStore {
  return answering({
    async byId(id) {
      if (!isId(id, 'key')) return null
      const { rows } = await pool.query<KeyRow>({
        name: 'key_by_id',
        text: `SELECT ${COLUMNS} FROM api_key WHERE id = $1`,
        values: [toUuid(id)],
      })
      return rows[0] ? decodeKey(rows[0]) : null
    },

    async bySecretHash(secretHash) {
      const { rows } = await pool.query<KeyRow>({
        name: 'key_by_hash',
        text: `SELECT ${COLUMNS} FROM api_key WHERE secret_hash = $1`,
        values: [secretHash],
      })
      return rows[0] ? decodeKey(rows[0]) : null
    },

    async create(key, audit) {
      await inTransaction(pool, async (client) => {
        await insertKey(client, key)
        await appendAudit(client, audit)
      })
    },

    async revoke(id, atMs, audit) {
      return inTransaction(pool, async (client) => {
        if (!isId(id, 'key')) return false
        const revoked = await client.query({
          text: 'UPDATE api_key SET revoked_at = $2, curtailed_at = $2 WHERE id = $1 AND revoked_at IS NULL',
          values: [toUuid(id), new Date(atMs)],
        })
        if (revoked.rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      })
    },

    async rotate({ id, replacement, endsAtMs, atMs, audit }) {
      return inTransaction(pool, async (client) => {
        const curtailed = await client.query({
          text: `UPDATE api_key
            SET replaced_by = $2, expires_at = least(expires_at, $3::timestamptz), curtailed_at = $4
            WHERE id = $1 AND replaced_by IS NULL AND revoked_at IS NULL
              AND (expires_at IS NULL OR expires_at > $4)`,
          values: [toUuid(id), toUuid(replacement.id), new Date(endsAtMs), new Date(atMs)],
        })
        if (curtailed.rowCount === 0) return 'not_live'
        await insertKey(client, replacement)
        await appendAudit(client, audit)
        return 'rotated'
      })
    },

    async touch(id, atMs) {
      await pool.query({
        name: 'key_touch',
        text: 'UPDATE api_key SET last_used_at = greatest(last_used_at, $2::timestamptz) WHERE id = $1',
        values: [toUuid(id), new Date(atMs)],
      })
    },

    async list(customer) {
      const { rows } = await pool.query<KeyRow>({
        name: 'key_list',
        text: `SELECT ${COLUMNS} FROM api_key
          WHERE customer_id IS NOT DISTINCT FROM $1::uuid ORDER BY id DESC LIMIT $2`,
        values: [toUuidOrNull(customer), LIST_LIMIT],
      })
      return rows.map(decodeKey)
    },

    async revokedSince(atMs) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'key_revoked_since',
        text: 'SELECT id FROM api_key WHERE curtailed_at >= $1 ORDER BY curtailed_at LIMIT $2',
        values: [new Date(atMs), REVOKED_BOUND],
      })
      return rows.map((row) => fromUuid('key', row.id))
    },
  } satisfies KeyStore)
}
