import {
  FAILURE_WINDOW_MS,
  FAILURES_OF_ACCOUNT,
  FAILURES_OF_ADDRESS,
  networkOf,
  waitAfter,
} from '../../core/identity/sign-in-rules.ts'
import type { IdentityEngine } from './identity-engine.ts'

interface Attempt {
  /** What is tried, so that asking for links does not use up passwords' attempts. */
  readonly kind: 'password' | 'link'
  readonly email: string
  readonly address: string
}

const keysOf = (engine: IdentityEngine, { kind, email, address }: Attempt) => ({
  account: `${kind}:account:${engine.hash(email)}`,
  address: `${kind}:address:${engine.hash(networkOf(address))}`,
})

/**
 * Counts an attempt before it is tried, whether or not the account exists. How long to wait, or null: go on. The address
 * first: one that is told to wait adds no rows for the accounts that it goes through.
 */
export async function countAttempt(engine: IdentityEngine, attempt: Attempt): Promise<number | null> {
  const nowMs = engine.clock.nowMs()
  const keys = keysOf(engine, attempt)
  const at = { nowMs, windowMs: FAILURE_WINDOW_MS }
  for (const [key, most] of [
    [keys.address, FAILURES_OF_ADDRESS],
    [keys.account, FAILURES_OF_ACCOUNT],
  ] as const) {
    const [counted] = await engine.identity.countAttempts([key], at)
    const waitMs = counted === undefined ? FAILURE_WINDOW_MS : waitAfter(counted, most, nowMs)
    if (waitMs !== null) return waitMs
  }
  return null
}

export const forgiveAttempt = (engine: IdentityEngine, attempt: Attempt): Promise<void> =>
  engine.identity.forgiveAttempt(keysOf(engine, attempt))
