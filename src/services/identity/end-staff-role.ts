import type { Actor } from '../../ports/audit-log.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

/** Takes somebody off staff; it acts on their next call. */
export async function endStaffRole(
  engine: IdentityEngine,
  { email, actor }: { readonly email: string; readonly actor: Actor },
): Promise<'ended' | 'unknown'> {
  const user = await engine.identity.userByEmail(email)
  if (user === null || user.staffRole === null) return 'unknown'
  const atMs = engine.clock.nowMs()
  await engine.identity.setStaffRole(
    user.id,
    null,
    auditOf(engine, { actor, action: 'staff.remove', target: user.id, detail: { was: user.staffRole }, atMs }),
  )
  return 'ended'
}
