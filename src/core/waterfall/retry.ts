import { giveBackHold } from '../hold/give-back.ts'
import type { Hold } from '../hold/hold.ts'
import { assert } from '../shared/assert.ts'
import { earliest } from './guards.ts'
import { evaluate, type Refused, type Situation } from './evaluate.ts'
import { nextAllowances } from './next-allowances.ts'
import { replaceInState } from './replace.ts'

/** How many instants are tried before the search ends with the last proven lower bound. */
const ROUNDS = 64

export interface RetryAt {
  readonly atMs: number | null
  /** Value ran short on the way, so that the end of an open hold could have helped. */
  readonly shortage: boolean
}

/**
 * The earliest instant at which the same request would pass if nothing else happens; null when time alone never helps.
 * Each refusal names an instant before which nothing changes for it, so walking from one to the next skips no pass:
 * one millisecond before the answer the request is still denied. The next allowances happen by themselves, so they count.
 */
export function retryAt(situation: Situation, refused: Refused, openHolds: readonly Hold[]): RetryAt {
  let at = withNextAllowances(situation)
  let last = refused
  let shortage = refused.draw !== null
  if (at !== situation && shortage) {
    const again = evaluate(at, null)
    assert(again.kind === 'refused', 'what comes later pays for nothing now')
    last = again
  }
  let open = openHolds.filter((hold) => hold.reported === null && hold.expiresAtMs > situation.atMs)
  for (let round = 0; round < ROUNDS; round++) {
    // the end of a hold returns value; a guard that counts holds knows their ends itself
    const expiry = last.draw === null ? null : (open[0]?.expiresAtMs ?? null)
    const atMs = earliest(last.nextChangeMs, expiry)
    if (atMs === null) return { atMs, shortage }
    at = { ...at, atMs }
    while (open.length > 0 && open[0]!.expiresAtMs <= atMs) {
      at = {
        ...at,
        ...giveBackHold(open[0]!, {
          state: at.state,
          rows: at.rows,
          tier: at.tier,
          atMs,
        }),
      }
      open = open.slice(1)
    }
    const next = evaluate(at, null)
    if (next.kind === 'admitted') return { atMs, shortage }
    last = next
    shortage ||= last.draw !== null
  }
  return { atMs: at.atMs, shortage }
}

function withNextAllowances(situation: Situation): Situation {
  const coming = nextAllowances(situation)
  if (coming.length === 0) return situation
  const { state } = situation
  return { ...situation, state: replaceInState(state, { grants: [...state.grants, ...coming] }) }
}
