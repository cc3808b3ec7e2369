import type { Role, StaffRole } from '../../core/identity/roles.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { User } from '../../ports/identity-store.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

export interface Person {
  readonly email: string
  readonly name: string
  readonly staffRole: StaffRole | null
  readonly memberships: readonly { readonly customer: CustomerId; readonly role: Role }[]
  readonly actor: Actor
}

/** The user of this address, made when missing, with at least these memberships. A role on staff is set, never taken. */
export async function ensurePerson(engine: IdentityEngine, person: Person): Promise<User> {
  const { email, name, staffRole, actor } = person
  const atMs = engine.clock.nowMs()
  const known = await engine.identity.userByEmail(email)
  const user: User = known ?? {
    id: engine.ids.next('usr', atMs),
    email,
    name,
    passwordHash: null,
    staffRole,
    createdAtMs: atMs,
  }
  if (known === null) {
    const outcome = await engine.identity.createUser(
      user,
      auditOf(engine, { actor, action: 'user.create', target: user.id, detail: { name, staffRole }, atMs }),
    )
    // Somebody else made them in between.
    if (outcome === 'taken') return ensurePerson(engine, person)
  } else if (staffRole !== null && known.staffRole !== staffRole) {
    await engine.identity.setStaffRole(
      user.id,
      staffRole,
      auditOf(engine, { actor, action: 'staff.change_role', target: user.id, detail: { role: staffRole }, atMs }),
    )
  }
  for (const [index, { customer, role }] of person.memberships.entries()) {
    await engine.identity.addMember(
      { user: user.id, customer, role, joinedAtMs: atMs + index },
      auditOf(engine, { actor, action: 'member.join', target: user.id, customer, detail: { role }, atMs }),
    )
  }
  return { ...user, staffRole: staffRole ?? user.staffRole }
}
