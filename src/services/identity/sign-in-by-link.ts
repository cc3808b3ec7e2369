import type { LinkPurpose, User } from '../../ports/identity-store.ts'
import type { IdentityEngine } from './identity-engine.ts'
import { isTokenShaped } from './token.ts'

/** Uses a link up. Null: used, expired, or never ours. */
export async function signInByLink(engine: IdentityEngine, token: string): Promise<User | null> {
  if (!isTokenShaped(token)) return null
  return engine.identity.useLink({
    tokenHash: engine.hash(token),
    purpose: 'sign_in',
    nowMs: engine.clock.nowMs(),
  })
}

/** Whose link this is, without using it up. */
export async function linkHolder(
  engine: IdentityEngine,
  { token, purpose }: { readonly token: string; readonly purpose: LinkPurpose },
): Promise<User | null> {
  if (!isTokenShaped(token)) return null
  return engine.identity.linkHolder({ tokenHash: engine.hash(token), purpose, nowMs: engine.clock.nowMs() })
}
