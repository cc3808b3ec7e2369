import { SEEN_EVERY_MS, sessionLives } from '../../core/identity/sign-in-rules.ts'
import type { SessionView } from '../../ports/identity-store.ts'
import type { IdentityEngine } from './identity-engine.ts'
import { isTokenShaped } from './token.ts'

/** Whose session this token is, with their roles as they are now; null for nobody's, or one that is over. */
export async function readSession(engine: IdentityEngine, token: string | undefined): Promise<SessionView | null> {
  if (token === undefined || !isTokenShaped(token)) return null
  const view = await engine.identity.session(engine.hash(token))
  const nowMs = engine.clock.nowMs()
  if (view === null || !sessionLives(view.session, nowMs)) return null
  if (nowMs - view.session.seenAtMs >= SEEN_EVERY_MS) await engine.identity.seen(view.session.id, nowMs)
  return view
}
