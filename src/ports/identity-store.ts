import type { Membership, Role, StaffRole } from '../core/identity/roles.ts'
import type { CustomerId, InvitationId, SessionId, UserId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

/** A person who signs in. `email` as `emailOf` spells it; unique. */
export interface User {
  readonly id: UserId
  readonly email: string
  readonly name: string
  /** Argon2id in PHC form; null: signs in another way. */
  readonly passwordHash: string | null
  readonly staffRole: StaffRole | null
  readonly createdAtMs: number
}

export const SIGN_IN_METHODS = ['password', 'link', 'oidc', 'demo'] as const
export type SignInMethod = (typeof SIGN_IN_METHODS)[number]

/** Only the SHA-256 of its token is stored. */
export interface Session {
  readonly id: SessionId
  readonly user: UserId
  readonly tokenHash: string
  /** Where its person chose to be; they may have lost that membership since. */
  readonly customer: CustomerId | null
  readonly method: SignInMethod
  /** What the browser calls itself, at most 200 characters. */
  readonly agent: string
  readonly createdAtMs: number
  readonly seenAtMs: number
  readonly expiresAtMs: number
  readonly endedAtMs: number | null
}

export interface NamedMembership extends Membership {
  readonly customerName: string
  readonly joinedAtMs: number
}

/** Everything that a call is decided on, read at one instant. Memberships in the order of joining. */
export interface SessionView {
  readonly session: Session
  readonly user: User
  readonly memberships: readonly NamedMembership[]
}

export interface Member {
  readonly user: UserId
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly joinedAtMs: number
}

export interface Invitation {
  readonly id: InvitationId
  readonly customer: CustomerId
  readonly email: string
  readonly role: Role
  readonly tokenHash: string
  readonly invitedBy: UserId
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly acceptedAtMs: number | null
  readonly revokedAtMs: number | null
}

export interface NewMembership extends Membership {
  readonly user: UserId
  readonly joinedAtMs: number
}

export type LinkPurpose = 'sign_in' | 'set_password'

/** A link that works once. Only the SHA-256 of its token is stored. */
export interface OneTimeLink {
  readonly tokenHash: string
  readonly purpose: LinkPurpose
  readonly user: UserId
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Memberships of one person, members, open invitations and live sessions that are listed, at most. */
export const IDENTITY_LIST_LIMIT = 500

/** People, where they belong, and how they were recognised. Every change that matters is audited in its transaction. */
export interface IdentityStore {
  userById(id: UserId): Promise<User | null>
  userByEmail(email: string): Promise<User | null>
  /** `taken`: somebody has this address. */
  createUser(user: User, audit: AuditEntryDraft): Promise<'created' | 'taken'>
  rename(user: UserId, name: string, audit: AuditEntryDraft): Promise<boolean>
  /** Ends every session of the user but `keep`, and every one-time link: whoever had the old password is out. */
  setPassword(
    change: { user: UserId; passwordHash: string; keep: SessionId | null; atMs: number },
    audit: AuditEntryDraft,
  ): Promise<boolean>
  setStaffRole(user: UserId, role: StaffRole | null, audit: AuditEntryDraft): Promise<boolean>
  staff(): Promise<readonly User[]>

  /** Who signs in with this subject of this provider. */
  userByProvider(provider: { issuer: string; subject: string }): Promise<User | null>
  /** `taken`: that subject is bound to somebody already. */
  /** `taken`: the subject is somebody's, or the user has another one at this issuer. */
  bindProvider(
    binding: { issuer: string; subject: string; user: UserId; atMs: number },
    audit: AuditEntryDraft,
  ): Promise<'bound' | 'taken'>

  openSession(session: Session, audit: AuditEntryDraft): Promise<void>
  /** Whatever its state: who asks decides whether it lives. */
  session(tokenHash: string): Promise<SessionView | null>
  seen(session: SessionId, atMs: number): Promise<void>
  choose(session: SessionId, customer: CustomerId): Promise<void>
  /** The user's own only; false when it is not theirs or over already. */
  endSession(end: { session: SessionId; user: UserId; atMs: number }, audit: AuditEntryDraft): Promise<boolean>
  /** Not ended and not past their end, the latest seen first. */
  sessionsOf(user: UserId, nowMs: number): Promise<readonly Session[]>
  purgeSessions(beforeMs: number, limit: number): Promise<number>

  membershipsOf(user: UserId): Promise<readonly NamedMembership[]>
  /** In the order of joining. */
  members(customer: CustomerId): Promise<readonly Member[]>
  /** `exists`: the user is a member already; their role stays. */
  addMember(membership: NewMembership, audit: AuditEntryDraft): Promise<'added' | 'exists'>
  /** `role` null: they leave. Refused when nobody would be left who is an owner, under race too. */
  changeMember(
    change: { user: UserId; customer: CustomerId; role: Role | null },
    audit: AuditEntryDraft,
  ): Promise<'changed' | 'unknown' | 'last_owner'>

  /** An open one to the same address ends with it: one person, one link. */
  invite(invitation: Invitation, audit: AuditEntryDraft): Promise<void>
  invitationByToken(tokenHash: string): Promise<Invitation | null>
  /** Neither accepted nor revoked nor expired, newest first. */
  invitations(customer: CustomerId, nowMs: number): Promise<readonly Invitation[]>
  revokeInvitation(
    revocation: { id: InvitationId; customer: CustomerId; atMs: number },
    audit: AuditEntryDraft,
  ): Promise<boolean>
  /** Once, under race too. A member already keeps their role. `newcomer` is made with it. */
  acceptInvitation(
    acceptance: { id: InvitationId; user: UserId; newcomer: User | null; atMs: number },
    audit: AuditEntryDraft,
  ): Promise<'accepted' | 'over'>

  makeLink(link: OneTimeLink): Promise<void>
  /** Whose it is, without using it. */
  linkHolder(link: { tokenHash: string; purpose: LinkPurpose; nowMs: number }): Promise<User | null>
  /** Once, under race too; null when used, expired or unknown. */
  useLink(link: { tokenHash: string; purpose: LinkPurpose; nowMs: number }): Promise<User | null>

  /**
   * Counts an attempt under each key before it is tried, so that guesses side by side are all counted; a window that
   * is over begins anew. In the order of the keys.
   */
  countAttempts(
    keys: readonly string[],
    at: { nowMs: number; windowMs: number },
  ): Promise<readonly { failures: number; startedAtMs: number }[]>
  /** It was no failure: forgets the account's, and takes this one back from its address. */
  forgiveAttempt(keys: { account: string; address: string }): Promise<void>
  /** These were none: one less under each key, and never less than none. */
  takeBackAttempts(keys: readonly string[]): Promise<void>
  purgeAttempts(beforeMs: number, limit: number): Promise<number>
}
