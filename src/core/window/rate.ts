import type { Guard } from '../policy/policy.ts'
import type { GuardState, SlidingState } from '../waterfall/state.ts'
import type { GuardAsk, GuardCheck } from './guard.ts'
import { limitInForce } from './limit-in-force.ts'
import { bucketsOf, countSliding, freesSlidingAt, newestBucket, resetsSlidingAt, slidingUsed } from './sliding.ts'
import { asSliding } from './state-change.ts'

/** A sliding guard: at most `limit` units in any interval of `windowMs`. How it counts is in sliding.ts. */
type SlidingGuard = Extract<Guard, { kind: 'sliding' }>

export function checkRate(guard: SlidingGuard, state: GuardState | undefined, ask: GuardAsk): GuardCheck {
  const { atMs, units } = ask
  const limit = limitInForce(guard.limit, ask)
  const buckets = bucketsOf(guard.windowMs, guard.subBuckets)
  const counts = asSliding(state, buckets)
  const used = Number(slidingUsed(counts, buckets, atMs))
  const remaining = Math.max(0, limit - used)
  if (units > remaining && units > 0) {
    const retryAtMs = units > limit ? null : freesSlidingAt(counts, buckets, atMs, BigInt(limit - units))
    return { ok: false, limit, found: used, retryAtMs }
  }
  const leavesAtMs = (newestBucket(counts, buckets, atMs) + buckets.count + 1) * buckets.lengthMs
  const resetsAtMs = units > 0 ? leavesAtMs : used > 0 ? (resetsSlidingAt(counts, buckets) ?? atMs) : atMs
  return { ok: true, remaining, limit, resetsAtMs }
}

export function countRate(guard: SlidingGuard, state: GuardState | undefined, { atMs, units }: GuardAsk): SlidingState {
  const buckets = bucketsOf(guard.windowMs, guard.subBuckets)
  return countSliding(asSliding(state, buckets), buckets, atMs, BigInt(units))
}
