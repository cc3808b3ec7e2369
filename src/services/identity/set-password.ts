import { type PasswordProblem, passwordProblem } from '../../core/identity/sign-in-rules.ts'
import type { SessionId, UserId } from '../../core/shared/ids.ts'
import type { User } from '../../ports/identity-store.ts'
import { countAttempt, forgiveAttempt } from './attempts.ts'
import { auditOf, type IdentityEngine } from './identity-engine.ts'
import { isTokenShaped } from './token.ts'

export type SetPasswordRefusal = { readonly kind: 'refused'; readonly why: PasswordProblem }

/** Sets a password with a mailed link, which is used up; every session of that person ends. `over`: no such link. */
export async function setPasswordByLink(
  engine: IdentityEngine,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<{ readonly kind: 'set'; readonly user: User } | { readonly kind: 'over' } | SetPasswordRefusal> {
  if (!isTokenShaped(token)) return { kind: 'over' }
  const link = { tokenHash: engine.hash(token), purpose: 'set_password', nowMs: engine.clock.nowMs() } as const
  const holder = await engine.identity.linkHolder(link)
  if (holder === null) return { kind: 'over' }
  // A password that is refused leaves the link for another try.
  const why = passwordProblem(password, holder.email)
  if (why !== null) return { kind: 'refused', why }
  const passwordHash = await engine.passwords.hash(password)
  const user = await engine.identity.useLink(link)
  if (user === null) return { kind: 'over' }
  await store(engine, { user: user.id, passwordHash, keep: null })
  return { kind: 'set', user }
}

export interface ChangePasswordInput {
  readonly user: UserId
  /** The session that stays; all others end. */
  readonly session: SessionId
  /** Ignored where there is none yet. */
  readonly current: string
  readonly password: string
  /** Where the attempt comes from. */
  readonly address: string
}

/** Changes one's own password. `wrong`: the current one is another. */
export async function changePassword(
  engine: IdentityEngine,
  input: ChangePasswordInput,
): Promise<
  | { readonly kind: 'set' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | SetPasswordRefusal
> {
  const user = await engine.identity.userById(input.user)
  if (user === null) return { kind: 'wrong' }
  if (user.passwordHash !== null) {
    // As at sign-in: an open session is no place to guess from either.
    const attempt = { kind: 'password', email: user.email, address: input.address } as const
    const retryAfterMs = await countAttempt(engine, attempt)
    if (retryAfterMs !== null) return { kind: 'throttled', retryAfterMs }
    if (!(await engine.passwords.matches(input.current, user.passwordHash))) return { kind: 'wrong' }
    await forgiveAttempt(engine, attempt)
  }
  const why = passwordProblem(input.password, user.email)
  if (why !== null) return { kind: 'refused', why }
  const passwordHash = await engine.passwords.hash(input.password)
  await store(engine, { user: user.id, passwordHash, keep: input.session })
  return { kind: 'set' }
}

function store(
  engine: IdentityEngine,
  change: { readonly user: UserId; readonly passwordHash: string; readonly keep: SessionId | null },
): Promise<boolean> {
  const atMs = engine.clock.nowMs()
  const actor = { kind: 'user', id: change.user } as const
  return engine.identity.setPassword(
    { ...change, atMs },
    auditOf(engine, { actor, action: 'user.set_password', target: change.user, atMs }),
  )
}
