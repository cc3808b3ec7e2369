import type { Guard } from '../policy/policy.ts'
import type { HoldId } from '../shared/ids.ts'
import type { GuardState } from '../waterfall/state.ts'
import { checkBurst, countBurst } from './gcra.ts'
import { checkOpen, countOpen } from './concurrency.ts'
import { checkRate, countRate } from './rate.ts'

export { freeSlot, moveSlot } from './concurrency.ts'

/** What a request asks of a guard. */
export interface GuardAsk {
  /** Requests or units of the guard's meter. For concurrency 1 with a hold, 0 without. 0 always passes. */
  readonly units: number
  readonly atMs: number
  /** Adaptive factor, 1 to 1000: scales rate, burst and limit (to 1 at least). */
  readonly limitPermille: number
  /** An override's limit in place of the guard's; of a burst guard its burst, with the rate in proportion. */
  readonly limitOverride: bigint | null
}

export type GuardCheck =
  /** Passes. `remaining`: left before this ask is counted. `resetsAtMs`: when, with it counted, all of the limit is free again. */
  | { readonly ok: true; readonly remaining: number; readonly limit: number; readonly resetsAtMs: number }
  /** Denies. `found`: counted already. `retryAtMs`: the first instant at which the same ask passes; null when it is above the limit. */
  | { readonly ok: false; readonly limit: number; readonly found: number; readonly retryAtMs: number | null }

/**
 * Whether a guard admits an ask; counts nothing. `state` undefined: nothing was counted yet. A state of another kind, left
 * by a policy change, is forgotten where the new kind cannot tell what it held (see state-change.ts).
 */
export function checkGuard(guard: Guard, state: GuardState | undefined, ask: GuardAsk): GuardCheck {
  switch (guard.kind) {
    case 'burst':
      return checkBurst(guard, state, ask)
    case 'sliding':
      return checkRate(guard, state, ask)
    case 'concurrency':
      return checkOpen(guard, state, ask)
  }
}

/** The ask, and the hold that takes a concurrency slot; null for a request that places none. */
export interface GuardCount extends GuardAsk {
  readonly hold: { readonly id: HoldId; readonly expiresAtMs: number } | null
}

/** Counts an ask, whatever the limit: the caller has checked, or records what has happened already. */
export function countInGuard(guard: Guard, state: GuardState | undefined, count: GuardCount): GuardState {
  switch (guard.kind) {
    case 'burst':
      return countBurst(guard, state, count)
    case 'sliding':
      return countRate(guard, state, count)
    case 'concurrency':
      return countOpen(state, count)
  }
}
