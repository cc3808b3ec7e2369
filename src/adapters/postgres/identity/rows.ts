import type { Role, StaffRole } from '../../../core/identity/roles.ts'
import type { Invitation, Session, SignInMethod, User } from '../../../ports/identity-store.ts'
import { fromUuid, fromUuidOrNull } from '../codec/ids.ts'

export interface UserRow {
  id: string
  email: string
  name: string
  password_hash: string | null
  staff_role: StaffRole | null
  created_at: Date
}
/** Prefixed with the table where it is joined. */
export const USER = 'app_user.id, app_user.email, app_user.name, password_hash, staff_role, app_user.created_at'

export const decodeUser = (row: UserRow): User => ({
  id: fromUuid('usr', row.id),
  email: row.email,
  name: row.name,
  passwordHash: row.password_hash,
  staffRole: row.staff_role,
  createdAtMs: row.created_at.getTime(),
})

export interface SessionRow {
  id: string
  user_id: string
  token_hash: string
  customer_id: string | null
  method: SignInMethod
  agent: string
  created_at: Date
  seen_at: Date
  expires_at: Date
  ended_at: Date | null
}
export const SESSION = 'id, user_id, token_hash, customer_id, method, agent, created_at, seen_at, expires_at, ended_at'

export const decodeSession = (row: SessionRow): Session => ({
  id: fromUuid('ses', row.id),
  user: fromUuid('usr', row.user_id),
  tokenHash: row.token_hash,
  customer: fromUuidOrNull('cus', row.customer_id),
  method: row.method,
  agent: row.agent,
  createdAtMs: row.created_at.getTime(),
  seenAtMs: row.seen_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  endedAtMs: row.ended_at?.getTime() ?? null,
})

export interface InvitationRow {
  id: string
  customer_id: string
  email: string
  role: Role
  token_hash: string
  invited_by: string
  created_at: Date
  expires_at: Date
  accepted_at: Date | null
  revoked_at: Date | null
}
export const INVITATION =
  'id, customer_id, email, role, token_hash, invited_by, created_at, expires_at, accepted_at, revoked_at'

export const decodeInvitation = (row: InvitationRow): Invitation => ({
  id: fromUuid('inv', row.id),
  customer: fromUuid('cus', row.customer_id),
  email: row.email,
  role: row.role,
  tokenHash: row.token_hash,
  invitedBy: fromUuid('usr', row.invited_by),
  createdAtMs: row.created_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  acceptedAtMs: row.accepted_at?.getTime() ?? null,
  revokedAtMs: row.revoked_at?.getTime() ?? null,
})
