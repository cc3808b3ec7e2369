import { type PasswordProblem, passwordProblem } from '../../core/identity/sign-in-rules.ts'
import type { Invitation, User } from '../../ports/identity-store.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'
import { isTokenShaped } from './token.ts'

/** The open invitation of a token, and who has its address already. Null: used, taken back, expired, or never ours. */
export async function readInvitation(
  engine: IdentityEngine,
  token: string,
): Promise<{ readonly invitation: Invitation; readonly invited: User | null; readonly by: User | null } | null> {
  if (!isTokenShaped(token)) return null
  const invitation = await engine.identity.invitationByToken(engine.hash(token))
  if (invitation === null || invitation.acceptedAtMs !== null || invitation.revokedAtMs !== null) return null
  if (invitation.expiresAtMs <= engine.clock.nowMs()) return null
  const [invited, by] = await Promise.all([
    engine.identity.userByEmail(invitation.email),
    engine.identity.userById(invitation.invitedBy),
  ])
  return { invitation, invited, by }
}

export interface AcceptInput {
  readonly token: string
  /** Who is signed in, or what somebody new calls themselves and will sign in with. */
  readonly by:
    | { readonly kind: 'user'; readonly user: User }
    | { readonly kind: 'newcomer'; readonly name: string; readonly password: string }
}

export type AcceptAnswer =
  | { readonly kind: 'accepted'; readonly user: User; readonly invitation: Invitation }
  | { readonly kind: 'over' }
  /** It is for another address than that of who is signed in. */
  | { readonly kind: 'for_another' }
  /** Somebody has the address: the link alone does not sign them in. */
  | { readonly kind: 'sign_in_first' }
  | { readonly kind: 'refused'; readonly why: PasswordProblem }

/** Makes a membership of an invitation, once. That its link was mailed proves the address of somebody new. */
export async function acceptInvitation(engine: IdentityEngine, { token, by }: AcceptInput): Promise<AcceptAnswer> {
  const read = await readInvitation(engine, token)
  if (read === null) return { kind: 'over' }
  const { invitation, invited } = read
  const atMs = engine.clock.nowMs()
  if (by.kind === 'user') {
    if (by.user.email !== invitation.email) return { kind: 'for_another' }
    return accept(by.user, null)
  }
  if (invited !== null) return { kind: 'sign_in_first' }
  const why = passwordProblem(by.password, invitation.email)
  if (why !== null) return { kind: 'refused', why }
  const newcomer: User = {
    id: engine.ids.next('usr', atMs),
    email: invitation.email,
    name: by.name,
    passwordHash: await engine.passwords.hash(by.password),
    staffRole: null,
    createdAtMs: atMs,
  }
  return accept(newcomer, newcomer)

  async function accept(user: User, newcomer: User | null): Promise<AcceptAnswer> {
    const outcome = await engine.identity.acceptInvitation(
      { id: invitation.id, user: user.id, newcomer, atMs },
      auditOf(engine, {
        actor: { kind: 'user', id: user.id },
        action: 'member.join',
        target: user.id,
        customer: invitation.customer,
        detail: { invitation: invitation.id, role: invitation.role },
        atMs,
      }),
    )
    return outcome === 'accepted' ? { kind: 'accepted', user, invitation } : { kind: 'over' }
  }
}
