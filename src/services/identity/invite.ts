import type { Role } from '../../core/identity/roles.ts'
import { emailOf, INVITATION_MS } from '../../core/identity/sign-in-rules.ts'
import type { CustomerId, InvitationId, UserId } from '../../core/shared/ids.ts'
import { IDENTITY_LIST_LIMIT, type Invitation } from '../../ports/identity-store.ts'
import { auditOf, type MailingEngine } from './identity-engine.ts'
import { newToken } from './token.ts'

export interface InviteInput {
  readonly customer: { readonly id: CustomerId; readonly name: string }
  readonly email: string
  readonly role: Role
  readonly by: { readonly id: UserId; readonly name: string }
}

export type InviteAnswer =
  | { readonly kind: 'invited'; readonly invitation: Invitation }
  | { readonly kind: 'no_address' }
  | { readonly kind: 'member_already' }
  | { readonly kind: 'too_many' }

/** Members and open invitations of one customer together. */
const MOST = IDENTITY_LIST_LIMIT

/** Mails an invitation: for one address, once, for a week. A new one to the same address replaces the one before. */
export async function invite(engine: MailingEngine, input: InviteInput): Promise<InviteAnswer> {
  const { customer, role, by } = input
  const email = emailOf(input.email)
  if (email === null) return { kind: 'no_address' }
  const atMs = engine.clock.nowMs()
  const [members, open] = await Promise.all([
    engine.identity.members(customer.id),
    engine.identity.invitations(customer.id, atMs),
  ])
  if (members.some((member) => member.email === email)) return { kind: 'member_already' }
  if (members.length + open.length >= MOST) return { kind: 'too_many' }
  const token = newToken()
  const id: InvitationId = engine.ids.next('inv', atMs)
  const invitation: Invitation = {
    id,
    customer: customer.id,
    email,
    role,
    tokenHash: engine.hash(token),
    invitedBy: by.id,
    createdAtMs: atMs,
    expiresAtMs: atMs + INVITATION_MS,
    acceptedAtMs: null,
    revokedAtMs: null,
  }
  const actor = { kind: 'user', id: by.id } as const
  await engine.identity.invite(
    invitation,
    auditOf(engine, {
      actor,
      action: 'member.invite',
      target: id,
      customer: customer.id,
      detail: { email, role },
      atMs,
    }),
  )
  await engine.mailer.queue({
    key: `invitation:${id}`,
    to: email,
    customer: customer.id,
    content: {
      template: 'invitation',
      link: `${engine.origin}/invite/${token}`,
      customerName: customer.name,
      invitedBy: by.name,
      role,
      expiresAtMs: invitation.expiresAtMs,
    },
  })
  return { kind: 'invited', invitation }
}
