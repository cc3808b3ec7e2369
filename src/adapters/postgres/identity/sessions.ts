import type { Pool } from 'pg'
import type { Role } from '../../../core/identity/roles.ts'
import { assert } from '../../../core/shared/assert.ts'
import { isId } from '../../../core/shared/ids.ts'
import { IDENTITY_LIST_LIMIT, type IdentityStore, type NamedMembership } from '../../../ports/identity-store.ts'
import { appendAudit } from '../audit-log.ts'
import { fromUuid, toUuid, toUuidOrNull } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { decodeSession, decodeUser, SESSION, type SessionRow, type UserRow } from './rows.ts'

type Sessions = Pick<
  IdentityStore,
  'openSession' | 'session' | 'seen' | 'choose' | 'endSession' | 'sessionsOf' | 'purgeSessions' | 'membershipsOf'
>

/** As JSON of one row: the session, its user and their memberships are read in one statement, at one instant. */
interface MembershipJson {
  customer: string
  name: string
  role: Role
  joined: number
}
const MEMBERSHIPS = `SELECT coalesce(json_agg(json_build_object('customer', membership.customer_id,
    'name', customer.name, 'role', role, 'joined', round(extract(epoch FROM joined_at) * 1000)::bigint)
    ORDER BY joined_at, customer_id), '[]')
  FROM (SELECT * FROM membership WHERE user_id = $USER ORDER BY joined_at, customer_id LIMIT ${IDENTITY_LIST_LIMIT}) AS membership
  JOIN customer ON customer.id = membership.customer_id`

const decodeMembership = (row: MembershipJson): NamedMembership => ({
  customer: fromUuid('cus', row.customer),
  customerName: row.name,
  role: row.role,
  joinedAtMs: row.joined,
})

type ViewRow = SessionRow & {
  user_email: string
  user_name: string
  user_created_at: Date
  memberships: MembershipJson[]
} & Pick<UserRow, 'password_hash' | 'staff_role'>

export function sessions(pool: Pool): Sessions {
  return {
    openSession: (session, audit) =>
      inTransaction(pool, async (client) => {
        await client.query({
          name: 'session_insert',
          text: `INSERT INTO session (${SESSION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          values: [
            toUuid(session.id),
            toUuid(session.user),
            session.tokenHash,
            toUuidOrNull(session.customer),
            session.method,
            session.agent,
            new Date(session.createdAtMs),
            new Date(session.seenAtMs),
            new Date(session.expiresAtMs),
            session.endedAtMs === null ? null : new Date(session.endedAtMs),
          ],
        })
        await appendAudit(client, audit)
      }),

    async session(tokenHash) {
      const { rows } = await pool.query<ViewRow>({
        name: 'session_view',
        text: `SELECT session.*, app_user.email AS user_email, app_user.name AS user_name,
            app_user.created_at AS user_created_at, password_hash, staff_role,
            (${MEMBERSHIPS.replace('$USER', 'session.user_id')}) AS memberships
          FROM session JOIN app_user ON app_user.id = session.user_id WHERE token_hash = $1`,
        values: [tokenHash],
      })
      const row = rows[0]
      if (row === undefined) return null
      return {
        session: decodeSession(row),
        user: decodeUser({
          id: row.user_id,
          email: row.user_email,
          name: row.user_name,
          password_hash: row.password_hash,
          staff_role: row.staff_role,
          created_at: row.user_created_at,
        }),
        memberships: row.memberships.map(decodeMembership),
      }
    },

    async seen(id, atMs) {
      await pool.query({
        name: 'session_seen',
        text: 'UPDATE session SET seen_at = greatest(seen_at, $2::timestamptz) WHERE id = $1',
        values: [toUuid(id), new Date(atMs)],
      })
    },

    async choose(id, customer) {
      await pool.query({
        name: 'session_choose',
        text: 'UPDATE session SET customer_id = $2 WHERE id = $1',
        values: [toUuid(id), toUuid(customer)],
      })
    },

    endSession: ({ session, user, atMs }, audit) =>
      inTransaction(pool, async (client) => {
        if (!isId(session, 'ses')) return false
        const { rowCount } = await client.query({
          text: 'UPDATE session SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL',
          values: [toUuid(session), toUuid(user), new Date(atMs)],
        })
        if (rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      }),

    async sessionsOf(user, nowMs) {
      const { rows } = await pool.query<SessionRow>({
        name: 'session_list',
        text: `SELECT ${SESSION} FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
          ORDER BY seen_at DESC, id DESC LIMIT $3`,
        values: [toUuid(user), new Date(nowMs), IDENTITY_LIST_LIMIT],
      })
      return rows.map(decodeSession)
    },

    async purgeSessions(beforeMs, limit) {
      const over = (table: string, key: string) => ({
        text: `DELETE FROM ${table} WHERE ${key} IN
          (SELECT ${key} FROM ${table} WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`,
        values: [new Date(beforeMs), limit],
      })
      const sessions = await pool.query(over('session', 'id'))
      const links = await pool.query(over('one_time_link', 'token_hash'))
      return (sessions.rowCount ?? 0) + (links.rowCount ?? 0)
    },

    async membershipsOf(user) {
      const { rows } = await pool.query<{ memberships: MembershipJson[] }>({
        name: 'membership_of_user',
        text: `SELECT (${MEMBERSHIPS.replace('$USER', '$1')}) AS memberships`,
        values: [toUuid(user)],
      })
      assert(rows[0] !== undefined, 'an aggregate has one row')
      return rows[0].memberships.map(decodeMembership)
    },
  }
}
