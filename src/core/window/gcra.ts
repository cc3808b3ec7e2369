import type { Guard } from '../policy/policy.ts'
import { scaleDown, scaleUp } from '../shared/rational.ts'
import type { GuardState, SlidingState } from '../waterfall/state.ts'
import type { GuardAsk, GuardCheck } from './guard.ts'
import { limitInForce, overriddenLimit } from './limit-in-force.ts'
import { totalOf } from './sliding.ts'

/*
 * The generic cell rate algorithm (ITU-T I.371; as a limiter: Brandur Leach, throttled). The state is one number, the
 * theoretical arrival time (TAT): when the bucket will be full again. A unit moves it on by the time in which one unit
 * refills; an ask passes when the TAT is then at most one refill of the whole burst ahead.
 *
 * Times are whole microseconds. The refill time of the burst is rounded up, and a unit costs its share of that, rounded up
 * per ask: so at most burst + rate x t units pass in any interval t, and an ask of the whole burst passes a full bucket.
 */

type BurstGuard = Extract<Guard, { kind: 'burst' }>

const US_PER_MS = 1000

/** The burst in force and the time in which all of it refills. */
interface Refill {
  readonly burst: number
  readonly refillUs: number
}

function refillOf(guard: BurstGuard, ask: GuardAsk): Refill {
  const { rate, perMs } = guard
  const burst = limitInForce(guard.burst, ask)
  if (ask.limitPermille >= 1000) {
    // An override keeps the time in which the burst refills: rate in proportion.
    return {
      burst,
      refillUs: Math.max(1, scaleUp({ value: guard.burst, multiplier: perMs * US_PER_MS, divisor: rate })),
    }
  }
  const unscaled = overriddenLimit(guard.burst, ask)
  const refillUs = scaleUp({ value: guard.burst, multiplier: perMs * US_PER_MS, divisor: rate })
  // Scaled down the burst is whole again, so its share of the refill time is taken from the exact factor, not from it.
  const unitsPermille = Math.max(1, Math.floor(ask.limitPermille)) * Math.max(1, unscaled)
  return {
    burst,
    refillUs: Math.max(1, scaleUp({ value: refillUs, multiplier: burst * 1000, divisor: unitsPermille })),
  }
}

export function checkBurst(guard: BurstGuard, state: GuardState | undefined, ask: GuardAsk): GuardCheck {
  const { burst, refillUs } = refillOf(guard, ask)
  const nowUs = ask.atMs * US_PER_MS
  const tatUs = Math.max(nowUs, arrivalUs(state, refillUs))
  const spareUs = refillUs - (tatUs - nowUs)
  const remaining = unitsIn(spareUs, { burst, refillUs })
  if (ask.units > burst) return { ok: false, limit: burst, found: burst - remaining, retryAtMs: null }
  const costUs = scaleUp({ value: ask.units, multiplier: refillUs, divisor: Math.max(1, burst) })
  if (costUs <= spareUs || ask.units === 0) {
    return { ok: true, remaining, limit: burst, resetsAtMs: Math.ceil((tatUs + costUs) / US_PER_MS) }
  }
  const retryAtMs = Math.ceil((tatUs + costUs - refillUs) / US_PER_MS)
  return { ok: false, limit: burst, found: burst - remaining, retryAtMs }
}

export function countBurst(guard: BurstGuard, state: GuardState | undefined, ask: GuardAsk): GuardState {
  const { burst, refillUs } = refillOf(guard, ask)
  const tatUs = Math.max(ask.atMs * US_PER_MS, arrivalUs(state, refillUs))
  const costUs = scaleUp({ value: ask.units, multiplier: refillUs, divisor: Math.max(1, burst) })
  return { kind: 'burst', tatUs: Math.min(tatUs + costUs, Number.MAX_SAFE_INTEGER) }
}

function unitsIn(spareUs: number, { burst, refillUs }: Refill): number {
  return spareUs <= 0 ? 0 : scaleDown({ value: spareUs, multiplier: burst, divisor: refillUs })
}

/**
 * The TAT of a state. Under another rate it keeps its instant: a bucket that was to be full at t is full at t. Sliding counts
 * become a bucket emptied at their newest sub-bucket; open holds say nothing of a rate and are forgotten.
 */
function arrivalUs(state: GuardState | undefined, refillUs: number): number {
  if (state === undefined) return 0
  switch (state.kind) {
    case 'burst':
      return state.tatUs
    case 'sliding':
      return emptiedUs(state, refillUs)
    case 'concurrency':
      return 0
  }
}

function emptiedUs(state: SlidingState, refillUs: number): number {
  return totalOf(state.counts) === 0n ? 0 : state.bucket * state.bucketMs * US_PER_MS + refillUs
}
