import type { IncludedWindow } from '../policy/policy.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerTime } from '../shared/calendar.ts'
import type { WindowState } from '../waterfall/state.ts'
import { countFixed, freesFixedAt, giveBackFixed, viewFixed } from './fixed.ts'
import {
  bucketsOf,
  countSliding,
  freesSlidingAt,
  giveBackSliding,
  newestBucket,
  resetsSlidingAt,
  slidingUsed,
} from './sliding.ts'
import { asSliding } from './state-change.ts'

/** When a window is looked at, and its limit in force: the policy's, or an override's. */
export interface WindowTime extends CustomerTime {
  readonly limit: MicroCredits
}

export interface WindowStanding {
  readonly limit: MicroCredits
  /** Counted in the period that runs; may be above a limit that was lowered. */
  readonly used: MicroCredits
  /** limit - used, never below zero. */
  readonly remaining: MicroCredits
  /** When all of it is free again if nothing else happens. Null: not started (first use), or nothing in it (sliding). */
  readonly resetsAtMs: number | null
  /** Start of the period that runs. Null: not started, or a sliding window, which has no period. */
  readonly startMs: number | null
}

/** What an included window has left at an instant. `undefined`: nobody used it yet. */
export function viewWindow(window: IncludedWindow, state: WindowState | undefined, at: WindowTime): WindowStanding {
  if (window.kind === 'fixed') return viewFixed(window.period, state, at)
  const buckets = bucketsOf(window.lengthMs, window.subBuckets)
  const counts = asSliding(state, buckets)
  const used = slidingUsed(counts, buckets, at.atMs)
  const resetsAtMs = used === 0n ? null : resetsSlidingAt(counts, buckets)
  return { limit: at.limit, used, remaining: at.limit > used ? at.limit - used : 0n, resetsAtMs, startMs: null }
}

/** An amount counted, and the start of the period or sub-bucket that counted it: what a give-back has to name. */
export interface Counted {
  readonly state: WindowState
  readonly startMs: number
}

/** Counts an amount, whatever the limit: the caller has looked. Throws AmountOverflow past 2^63 - 1. */
export function countInWindow(
  window: IncludedWindow,
  state: WindowState | undefined,
  at: WindowTime,
  amount: MicroCredits,
): Counted {
  if (window.kind === 'fixed') return countFixed(window.period, state, at, amount)
  const buckets = bucketsOf(window.lengthMs, window.subBuckets)
  const counts = asSliding(state, buckets)
  const startMs = newestBucket(counts, buckets, at.atMs) * buckets.lengthMs
  return { state: countSliding(counts, buckets, at.atMs, amount), startMs }
}

/**
 * Takes back what `countInWindow` counted at `startMs`, if that period or sub-bucket still counts; never below zero.
 * Otherwise the state comes back as it was: units of a period that has ended are not given to the next one. A first-use
 * window keeps the start that a hold gave it, whatever becomes of the hold. `undefined` only for `undefined`.
 */
export function giveBackToWindow(
  window: IncludedWindow,
  state: WindowState | undefined,
  at: WindowTime,
  startMs: number,
  amount: MicroCredits,
): WindowState | undefined {
  if (state === undefined || state.kind !== window.kind) return state
  if (state.kind === 'fixed')
    return window.kind === 'fixed' ? giveBackFixed(window.period, state, at, { startMs, amount }) : state
  if (window.kind === 'fixed') return state
  const buckets = bucketsOf(window.lengthMs, window.subBuckets)
  return giveBackSliding(asSliding(state, buckets), buckets, at.atMs, { startMs, amount })
}

/**
 * Earliest instant at which `remaining >= need` if nothing else happens: `at.atMs` when it is so already, null when
 * `need` is above the limit. Exact: one millisecond earlier less remains.
 */
export function freesAt(
  window: IncludedWindow,
  state: WindowState | undefined,
  at: WindowTime,
  need: MicroCredits,
): number | null {
  if (need <= 0n) return at.atMs
  if (need > at.limit) return null
  if (window.kind === 'fixed') return freesFixedAt(window.period, state, at, need)
  const buckets = bucketsOf(window.lengthMs, window.subBuckets)
  return freesSlidingAt(asSliding(state, buckets), buckets, at.atMs, at.limit - need)
}
