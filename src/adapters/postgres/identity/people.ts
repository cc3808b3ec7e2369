import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { IDENTITY_LIST_LIMIT, type IdentityStore, type User } from '../../../ports/identity-store.ts'
import { appendAudit, type Transaction } from '../audit-log.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { decodeUser, USER, type UserRow } from './rows.ts'

type People = Pick<
  IdentityStore,
  | 'userById'
  | 'userByEmail'
  | 'createUser'
  | 'rename'
  | 'setPassword'
  | 'setStaffRole'
  | 'staff'
  | 'userByProvider'
  | 'bindProvider'
>

/** False: somebody has this address. */
export async function insertUser(client: Transaction, user: User): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'user_insert',
    text: `INSERT INTO app_user (id, email, name, password_hash, staff_role, created_at)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING`,
    values: [toUuid(user.id), user.email, user.name, user.passwordHash, user.staffRole, new Date(user.createdAtMs)],
  })
  return rowCount === 1
}

export function people(pool: Pool): People {
  const changed = (text: string, values: unknown[], audit: Parameters<IdentityStore['createUser']>[1]) =>
    inTransaction(pool, async (client) => {
      const { rowCount } = await client.query({ text, values })
      if (rowCount === 0) return false
      await appendAudit(client, audit)
      return true
    })

  return {
    async userById(id) {
      if (!isId(id, 'usr')) return null
      const { rows } = await pool.query<UserRow>({
        name: 'user_by_id',
        text: `SELECT ${USER} FROM app_user WHERE id = $1`,
        values: [toUuid(id)],
      })
      return rows[0] ? decodeUser(rows[0]) : null
    },
    async userByEmail(email) {
      const { rows } = await pool.query<UserRow>({
        name: 'user_by_email',
        text: `SELECT ${USER} FROM app_user WHERE email = $1`,
        values: [email],
      })
      return rows[0] ? decodeUser(rows[0]) : null
    },
    createUser: (user, audit) =>
      inTransaction(pool, async (client) => {
        if (!(await insertUser(client, user))) return 'taken'
        await appendAudit(client, audit)
        return 'created'
      }),
    rename: (id, name, audit) => changed('UPDATE app_user SET name = $2 WHERE id = $1', [toUuid(id), name], audit),
    setPassword: ({ user, passwordHash, keep, atMs }, audit) =>
      inTransaction(pool, async (client) => {
        const at = new Date(atMs)
        const set = await client.query({
          text: 'UPDATE app_user SET password_hash = $2 WHERE id = $1',
          values: [toUuid(user), passwordHash],
        })
        if (set.rowCount === 0) return false
        await client.query({
          text: `UPDATE session SET ended_at = $2
            WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3::uuid`,
          values: [toUuid(user), at, keep === null ? null : toUuid(keep)],
        })
        await client.query({
          text: 'UPDATE one_time_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL',
          values: [toUuid(user), at],
        })
        await appendAudit(client, audit)
        return true
      }),
    setStaffRole: (user, role, audit) =>
      changed('UPDATE app_user SET staff_role = $2 WHERE id = $1', [toUuid(user), role], audit),
    async staff() {
      const { rows } = await pool.query<UserRow>({
        name: 'user_staff',
        text: `SELECT ${USER} FROM app_user WHERE staff_role IS NOT NULL ORDER BY id LIMIT $1`,
        values: [IDENTITY_LIST_LIMIT],
      })
      return rows.map(decodeUser)
    },

    async userByProvider({ issuer, subject }) {
      const { rows } = await pool.query<UserRow>({
        name: 'user_by_provider',
        text: `SELECT ${USER} FROM provider_binding JOIN app_user ON app_user.id = user_id
          WHERE issuer = $1 AND subject = $2`,
        values: [issuer, subject],
      })
      return rows[0] ? decodeUser(rows[0]) : null
    },
    bindProvider: ({ issuer, subject, user, atMs }, audit) =>
      inTransaction(pool, async (client) => {
        // the user's row is locked, so that of two subjects at once one is bound
        await client.query({ text: 'SELECT FROM app_user WHERE id = $1 FOR UPDATE', values: [toUuid(user)] })
        const { rowCount } = await client.query({
          text: `INSERT INTO provider_binding (issuer, subject, user_id, bound_at)
            SELECT $1, $2, $3::uuid, $4::timestamptz WHERE NOT EXISTS (SELECT FROM provider_binding WHERE issuer = $1 AND user_id = $3)
            ON CONFLICT (issuer, subject) DO NOTHING`,
          values: [issuer, subject, toUuid(user), new Date(atMs)],
        })
        if (rowCount === 0) return 'taken'
        await appendAudit(client, audit)
        return 'bound'
      }),
  }
}
