import type { Role } from '../../core/identity/roles.ts'
import type { CustomerId, UserId } from '../../core/shared/ids.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

export interface ChangeMemberInput {
  readonly customer: CustomerId
  readonly user: UserId
  /** Null: they leave. */
  readonly role: Role | null
  readonly by: UserId
}

/** Changes a role or ends a membership; it acts on that person's next call. A customer keeps an owner. */
export function changeMember(
  engine: IdentityEngine,
  { customer, user, role, by }: ChangeMemberInput,
): Promise<'changed' | 'unknown' | 'last_owner'> {
  const atMs = engine.clock.nowMs()
  return engine.identity.changeMember(
    { user, customer, role },
    auditOf(engine, {
      actor: { kind: 'user', id: by },
      action: role === null ? 'member.remove' : 'member.change_role',
      target: user,
      customer,
      detail: { role },
      atMs,
    }),
  )
}
