import { emailOf } from '../../core/identity/sign-in-rules.ts'
import type { User } from '../../ports/identity-store.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'

/** What a provider says of a person, after its answer was verified. */
export interface ProviderClaims {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
}

/**
 * Who this is: whoever is bound to the subject, else whoever has the address that the provider itself verified, who is
 * bound from now on. Null: nobody was invited under it, or the address belonged to another subject before. An unverified
 * address is anybody's claim.
 */
export async function signInByProvider(engine: IdentityEngine, claims: ProviderClaims): Promise<User | null> {
  const { issuer, subject } = claims
  const bound = await engine.identity.userByProvider({ issuer, subject })
  if (bound !== null) return bound
  const email = claims.email === null || !claims.emailVerified ? null : emailOf(claims.email)
  const user = email === null ? null : await engine.identity.userByEmail(email)
  if (user === null) return null
  const atMs = engine.clock.nowMs()
  const outcome = await engine.identity.bindProvider(
    { issuer, subject, user: user.id, atMs },
    auditOf(engine, {
      actor: { kind: 'user', id: user.id },
      action: 'user.bind_provider',
      target: user.id,
      detail: { issuer },
      atMs,
    }),
  )
  return outcome === 'bound' ? user : engine.identity.userByProvider({ issuer, subject })
}
