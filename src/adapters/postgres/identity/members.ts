import type { Pool } from 'pg'
import { keepsAnOwner, type Role } from '../../../core/identity/roles.ts'
import { assert } from '../../../core/shared/assert.ts'
import { isId } from '../../../core/shared/ids.ts'
import { IDENTITY_LIST_LIMIT, type IdentityStore, type NewMembership } from '../../../ports/identity-store.ts'
import { appendAudit, type Transaction } from '../audit-log.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { insertUser } from './people.ts'
import { decodeInvitation, INVITATION, type InvitationRow } from './rows.ts'

type Members = Pick<
  IdentityStore,
  | 'members'
  | 'addMember'
  | 'changeMember'
  | 'invite'
  | 'invitationByToken'
  | 'invitations'
  | 'revokeInvitation'
  | 'acceptInvitation'
>

interface MemberRow {
  user_id: string
  email: string
  name: string
  role: Role
  joined_at: Date
}

async function join(client: Transaction, { user, customer, role, joinedAtMs }: NewMembership): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'membership_insert',
    text: `INSERT INTO membership (customer_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (customer_id, user_id) DO NOTHING`,
    values: [toUuid(customer), toUuid(user), role, new Date(joinedAtMs)],
  })
  return rowCount === 1
}

const OPEN = 'accepted_at IS NULL AND revoked_at IS NULL'

export function members(pool: Pool): Members {
  return {
    async members(customer) {
      const { rows } = await pool.query<MemberRow>({
        name: 'membership_of_customer',
        text: `SELECT user_id, email, name, role, joined_at FROM membership JOIN app_user ON app_user.id = user_id
          WHERE customer_id = $1 ORDER BY joined_at, user_id LIMIT $2`,
        values: [toUuid(customer), IDENTITY_LIST_LIMIT],
      })
      return rows.map((row) => ({
        user: fromUuid('usr', row.user_id),
        email: row.email,
        name: row.name,
        role: row.role,
        joinedAtMs: row.joined_at.getTime(),
      }))
    },

    addMember: (membership, audit) =>
      inTransaction(pool, async (client) => {
        if (!(await join(client, membership))) return 'exists'
        await appendAudit(client, audit)
        return 'added'
      }),

    changeMember: ({ user, customer, role }, audit) =>
      inTransaction(pool, async (client) => {
        if (!isId(user, 'usr')) return 'unknown'
        // Every member's row is locked, so that of two owners who leave at once one stays.
        const { rows } = await client.query<{ user_id: string; role: Role }>({
          text: 'SELECT user_id, role FROM membership WHERE customer_id = $1 ORDER BY user_id FOR UPDATE',
          values: [toUuid(customer)],
        })
        const all = rows.map((row) => ({ user: fromUuid('usr', row.user_id), role: row.role }))
        const found = all.find((one) => one.user === user)
        if (found === undefined) return 'unknown'
        if (found.role === 'owner' && !keepsAnOwner(all, { user, role })) return 'last_owner'
        const at = [toUuid(customer), toUuid(user)]
        if (role === null)
          await client.query({ text: 'DELETE FROM membership WHERE customer_id = $1 AND user_id = $2', values: at })
        else
          await client.query({
            text: 'UPDATE membership SET role = $3 WHERE customer_id = $1 AND user_id = $2',
            values: [...at, role],
          })
        await appendAudit(client, audit)
        return 'changed'
      }),

    invite: (invitation, audit) =>
      inTransaction(pool, async (client) => {
        await client.query({
          text: `UPDATE invitation SET revoked_at = $3 WHERE customer_id = $1 AND email = $2 AND ${OPEN}`,
          values: [toUuid(invitation.customer), invitation.email, new Date(invitation.createdAtMs)],
        })
        await client.query({
          text: `INSERT INTO invitation (${INVITATION}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)`,
          values: [
            toUuid(invitation.id),
            toUuid(invitation.customer),
            invitation.email,
            invitation.role,
            invitation.tokenHash,
            toUuid(invitation.invitedBy),
            new Date(invitation.createdAtMs),
            new Date(invitation.expiresAtMs),
          ],
        })
        await appendAudit(client, audit)
      }),

    async invitationByToken(tokenHash) {
      const { rows } = await pool.query<InvitationRow>({
        name: 'invitation_by_token',
        text: `SELECT ${INVITATION} FROM invitation WHERE token_hash = $1`,
        values: [tokenHash],
      })
      return rows[0] ? decodeInvitation(rows[0]) : null
    },

    async invitations(customer, nowMs) {
      const { rows } = await pool.query<InvitationRow>({
        name: 'invitation_open',
        text: `SELECT ${INVITATION} FROM invitation WHERE customer_id = $1 AND ${OPEN} AND expires_at > $2
          ORDER BY id DESC LIMIT $3`,
        values: [toUuid(customer), new Date(nowMs), IDENTITY_LIST_LIMIT],
      })
      return rows.map(decodeInvitation)
    },

    revokeInvitation: ({ id, customer, atMs }, audit) =>
      inTransaction(pool, async (client) => {
        if (!isId(id, 'inv')) return false
        const { rowCount } = await client.query({
          text: `UPDATE invitation SET revoked_at = $3
            WHERE id = $1 AND customer_id = $2 AND ${OPEN} AND expires_at > $3`,
          values: [toUuid(id), toUuid(customer), new Date(atMs)],
        })
        if (rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      }),

    acceptInvitation: ({ id, user, newcomer, atMs }, audit) =>
      inTransaction(pool, async (client) => {
        // The row's lock lets one of two acceptances through; the other finds it accepted.
        const { rows } = await client.query<InvitationRow>({
          text: `SELECT ${INVITATION} FROM invitation WHERE id = $1 AND ${OPEN} AND expires_at > $2 FOR UPDATE`,
          values: [toUuid(id), new Date(atMs)],
        })
        if (rows[0] === undefined) return 'over'
        const { customer, role } = decodeInvitation(rows[0])
        if (newcomer !== null && !(await insertUser(client, newcomer))) return 'over'
        const { rowCount } = await client.query({
          text: `UPDATE invitation SET accepted_at = $2 WHERE id = $1 AND ${OPEN}`,
          values: [toUuid(id), new Date(atMs)],
        })
        assert(rowCount === 1, 'a locked invitation stays open until it is accepted')
        await join(client, { user, customer, role, joinedAtMs: atMs })
        await appendAudit(client, audit)
        return 'accepted'
      }),
  }
}
