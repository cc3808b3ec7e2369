import { emailOf, LONGEST_PASSWORD } from '../../core/identity/sign-in-rules.ts'
import type { User } from '../../ports/identity-store.ts'
import { countAttempt, forgiveAttempt } from './attempts.ts'
import type { IdentityEngine } from './identity-engine.ts'

export interface PasswordAttempt {
  readonly email: string
  readonly password: string
  /** Where the attempt comes from. */
  readonly address: string
}

export type PasswordAnswer =
  | { readonly kind: 'recognised'; readonly user: User }
  /** Nobody of that address, another password, or no password at all: nobody is told which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }

/** Who this is, if the password is theirs. The same steps in the same order, whether or not the account exists. */
export async function signInByPassword(engine: IdentityEngine, given: PasswordAttempt): Promise<PasswordAnswer> {
  const email = emailOf(given.email)
  const attempt = { kind: 'password', email: email ?? given.email.slice(0, 254), address: given.address } as const
  const retryAfterMs = await countAttempt(engine, attempt)
  if (retryAfterMs !== null) return { kind: 'throttled', retryAfterMs }
  const user = await engine.identity.userByEmail(email ?? '')
  // Longer than any password that was ever set: not hashed, for its cost, and never cut off.
  const tooLong = given.password.length > LONGEST_PASSWORD * 2
  const matches = await engine.passwords.matches(
    tooLong ? '' : given.password,
    tooLong ? null : (user?.passwordHash ?? null),
  )
  if (!matches || user === null) return { kind: 'refused' }
  await forgiveAttempt(engine, attempt)
  return { kind: 'recognised', user }
}
