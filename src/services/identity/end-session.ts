import type { SessionId, UserId } from '../../core/shared/ids.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

/** Ends one of the user's own sessions: the next call with it is nobody's. False: not theirs, or over already. */
export function endSession(
  engine: IdentityEngine,
  { session, user }: { readonly session: SessionId; readonly user: UserId },
): Promise<boolean> {
  const atMs = engine.clock.nowMs()
  const actor = { kind: 'user', id: user } as const
  return engine.identity.endSession(
    { session, user, atMs },
    auditOf(engine, { actor, action: 'session.end', target: session, atMs }),
  )
}
