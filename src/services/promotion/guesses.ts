import { waitAfter } from '../../core/identity/sign-in-rules.ts'
import {
  FAILED_CODES_OF_CUSTOMER,
  FAILED_CODES_OF_PERSON,
  FAILED_CODES_WINDOW_MS,
} from '../../core/promotion/guessing.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Engine } from '../engine.ts'

export interface Guess {
  readonly customer: CustomerId
  readonly actor: Actor
}

type GuessEngine = Pick<Engine, 'identity' | 'clock'>

/** The person first: who is told to wait uses up nothing of the customer's. */
const countedBy = ({ customer, actor }: Guess): readonly (readonly [key: string, most: number])[] => [
  ...(actor.kind === 'user' ? [[`code:person:${actor.id}`, FAILED_CODES_OF_PERSON] as const] : []),
  [`code:customer:${customer}`, FAILED_CODES_OF_CUSTOMER],
]

/**
 * Counts a try before it is made, so that guesses side by side are all counted. How long to wait, or null: go on; then one
 * that was no failure is taken back.
 */
export async function countGuess(engine: GuessEngine, guess: Guess): Promise<number | null> {
  const nowMs = engine.clock.nowMs()
  const counted: string[] = []
  for (const [key, most] of countedBy(guess)) {
    const [tries] = await engine.identity.countAttempts([key], { nowMs, windowMs: FAILED_CODES_WINDOW_MS })
    counted.push(key)
    const waitMs = tries === undefined ? null : waitAfter(tries, most, nowMs, FAILED_CODES_WINDOW_MS)
    if (waitMs === null) continue
    // nothing was tried
    await engine.identity.takeBackAttempts(counted)
    return waitMs
  }
  return null
}

export const takeBackGuess = (engine: GuessEngine, guess: Guess): Promise<void> =>
  engine.identity.takeBackAttempts(countedBy(guess).map(([key]) => key))
