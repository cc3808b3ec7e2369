import type { CustomerId, InvitationId, UserId } from '../../core/shared/ids.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

/** Takes an open invitation back. False: none of this customer, or over already. */
export function revokeInvitation(
  engine: IdentityEngine,
  { invitation, customer, by }: { invitation: InvitationId; customer: CustomerId; by: UserId },
): Promise<boolean> {
  const atMs = engine.clock.nowMs()
  const actor = { kind: 'user', id: by } as const
  return engine.identity.revokeInvitation(
    { id: invitation, customer, atMs },
    auditOf(engine, { actor, action: 'member.uninvite', target: invitation, customer, atMs }),
  )
}
