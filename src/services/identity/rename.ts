import type { UserId } from '../../core/shared/ids.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

/** Changes one's own name. */
export function rename(engine: IdentityEngine, { user, name }: { user: UserId; name: string }): Promise<boolean> {
  const atMs = engine.clock.nowMs()
  const actor = { kind: 'user', id: user } as const
  return engine.identity.rename(
    user,
    name,
    auditOf(engine, { actor, action: 'user.rename', target: user, detail: { name }, atMs }),
  )
}
