import type { Period } from '../policy/policy.ts'
import type { MicroCredits } from '../shared/amount.ts'
import { type CustomerTime, periodAt } from '../shared/calendar.ts'
import { DAY_MS } from '../shared/zone-clock.ts'
import type { GuardState, SlidingState, WindowState } from '../waterfall/state.ts'
import { type Buckets, bucketAt, totalOf } from './sliding.ts'

/*
 * A policy change may put a window of another kind, or of other sub-buckets, under the id of a state. What was counted is
 * then read by the new rule, as late as it can have happened, so that the change frees nothing early. Nothing throws.
 * Where the old period is at least twice as long as the new one, keeping it would lock a customer out for longer than the new rule
 * can mean; there it is forgotten, and the change gives away at most one new period's limit.
 */

export type FixedState = Extract<WindowState, { kind: 'fixed' }>

/** How long a period of the rule is, give or take the days of a month or the hours of a day. */
export function nominalMs(period: Period): number {
  switch (period.kind) {
    case 'first_use':
    case 'anchored_length':
      return period.lengthMs
    case 'anchored_months':
      return period.months * 31 * DAY_MS
    case 'calendar':
      return period.unit === 'day' ? DAY_MS : period.unit === 'week' ? 7 * DAY_MS : 31 * DAY_MS
  }
}

/** Sliding counts under a fixed window: all of them in the period that the newest sub-bucket falls in, or begins. */
export function asFixed(state: SlidingState, period: Period, at: CustomerTime): FixedState {
  const newestMs = state.bucket * state.bucketMs
  const used: MicroCredits = totalOf(state.counts)
  if (period.kind === 'first_use') return { kind: 'fixed', startMs: newestMs, endMs: newestMs + period.lengthMs, used }
  const { atMs: _, ...customer } = at
  return { kind: 'fixed', ...periodAt(period, { ...customer, atMs: newestMs }), used }
}

/** The state read by the sub-buckets of the rule; the same object when nothing changed. */
export function asSliding(state: WindowState | GuardState | undefined, buckets: Buckets): SlidingState | undefined {
  if (state === undefined) return undefined
  switch (state.kind) {
    case 'sliding':
      return state.bucketMs === buckets.lengthMs ? state : rebucketed(state, buckets)
    case 'fixed': {
      // Within the old period, but no later than one window after its start: a long period must not be held against it.
      const latestMs = Math.min(state.endMs - 1, state.startMs + buckets.lengthMs * buckets.count)
      return { kind: 'sliding', bucketMs: buckets.lengthMs, bucket: bucketAt(latestMs, buckets), counts: [state.used] }
    }
    // Arrival times and open holds do not say how many units were counted.
    case 'burst':
    case 'concurrency':
      return undefined
  }
}

/**
 * Each count moves to the sub-bucket in which its old one ended. That may lie ahead of now by an old sub-bucket, so one window
 * and that much of them are kept.
 */
function rebucketed(state: SlidingState, buckets: Buckets): SlidingState {
  const endOf = (index: number) => (state.bucket - index + 1) * state.bucketMs - 1
  const bucket = bucketAt(endOf(0), buckets)
  const oldest = buckets.count + Math.ceil(state.bucketMs / buckets.lengthMs)
  const counts: bigint[] = [0n]
  for (let i = 0; i < state.counts.length; i++) {
    const age = bucket - bucketAt(endOf(i), buckets)
    if (age > oldest) break
    while (counts.length <= age) counts.push(0n)
    counts[age] = (counts[age] ?? 0n) + (state.counts[i] ?? 0n)
  }
  return { kind: 'sliding', bucketMs: buckets.lengthMs, bucket, counts }
}
