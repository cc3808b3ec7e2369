import { SESSION_MS } from '../../core/identity/sign-in-rules.ts'
import type { CustomerId, UserId } from '../../core/shared/ids.ts'
import type { Session, SignInMethod } from '../../ports/identity-store.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'
import { newToken } from './token.ts'

export interface OpenSessionInput {
  readonly user: UserId
  readonly method: SignInMethod
  readonly agent: string
  /** Null: the one that they joined first. */
  readonly customer: CustomerId | null
  /** Token of the browser's session until now, which ends: a session's id never outlives a sign-in. */
  readonly replaces: string | null
}

/** A session for somebody who was just recognised; its token is for their cookie and stored nowhere. */
export async function openSession(
  engine: IdentityEngine,
  input: OpenSessionInput,
): Promise<{ readonly session: Session; readonly token: string }> {
  const atMs = engine.clock.nowMs()
  const actor = { kind: 'user', id: input.user } as const
  if (input.replaces !== null) {
    const old = await engine.identity.session(engine.hash(input.replaces))
    if (old !== null)
      await engine.identity.endSession(
        { session: old.session.id, user: old.user.id, atMs },
        auditOf(engine, { actor, action: 'session.end', target: old.session.id, atMs, reason: 'signed in anew' }),
      )
  }
  const token = newToken()
  const session: Session = {
    id: engine.ids.next('ses', atMs),
    user: input.user,
    tokenHash: engine.hash(token),
    customer: input.customer ?? (await engine.identity.membershipsOf(input.user))[0]?.customer ?? null,
    method: input.method,
    agent: input.agent.slice(0, 200),
    createdAtMs: atMs,
    seenAtMs: atMs,
    expiresAtMs: atMs + SESSION_MS,
    endedAtMs: null,
  }
  await engine.identity.openSession(
    session,
    auditOf(engine, { actor, action: 'session.open', target: session.id, detail: { method: input.method }, atMs }),
  )
  return { session, token }
}
