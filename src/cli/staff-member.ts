import { type StaffPermission, staffMay } from '../core/identity/roles.ts'
import { emailOf } from '../core/identity/sign-in-rules.ts'
import type { User } from '../ports/identity-store.ts'
import type { Engine } from '../services/engine.ts'
import { CliFailure, EXIT } from './exit.ts'

/** Who of staff acts: their name is what customers and the audit log see. Their role must allow it. */
export async function staffMember(
  { identity }: Pick<Engine, 'identity'>,
  address: string,
  permission: StaffPermission,
): Promise<User> {
  const email = emailOf(address)
  const user = email === null ? null : await identity.userByEmail(email)
  if (user === null || user.staffRole === null)
    throw new CliFailure(EXIT.usage, `nobody on staff has the address ${address}: \`spillway staff add\` makes them`)
  if (!staffMay(user.staffRole, permission))
    throw new CliFailure(EXIT.no, `${address} is ${user.staffRole} on staff, which does not allow this`)
  return user
}
