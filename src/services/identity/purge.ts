import { FAILURE_WINDOW_MS } from '../../core/identity/sign-in-rules.ts'
import { FAILED_CODES_WINDOW_MS } from '../../core/promotion/guessing.ts'
import type { IdentityEngine } from './identity-engine.ts'

/** Sessions and links are kept for a while past their end, for whoever asks who was signed in. */
const KEPT_MS = 30 * 86_400_000

/** Of everything whose attempts are counted. */
const LONGEST_WINDOW_MS = Math.max(FAILURE_WINDOW_MS, FAILED_CODES_WINDOW_MS)

/** Deletes what is over and no longer of use; at most `limit` of each kind. */
export async function purgeIdentity(engine: IdentityEngine, limit: number): Promise<number> {
  const nowMs = engine.clock.nowMs()
  const sessions = await engine.identity.purgeSessions(nowMs - KEPT_MS, limit)
  const attempts = await engine.identity.purgeAttempts(nowMs - LONGEST_WINDOW_MS, limit)
  return sessions + attempts
}
