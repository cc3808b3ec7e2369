import { addAmounts } from '../shared/amount.ts'
import type { SlidingState } from '../waterfall/state.ts'

/*
 * A sliding window of W ms in n sub-buckets of W / n. Counted are the sub-bucket of now and the n before it, the oldest
 * wholly although only part of it lies within W: so that no true interval of W, wherever it starts, exceeds the limit.
 * The price is that a count may last up to one sub-bucket longer than W.
 */

/** `count` sub-buckets of `lengthMs` make up the window. */
export interface Buckets {
  readonly lengthMs: number
  readonly count: number
}

export function bucketsOf(windowMs: number, subBuckets: number): Buckets {
  return { lengthMs: windowMs / subBuckets, count: subBuckets }
}

export function bucketAt(atMs: number, buckets: Buckets): number {
  return Math.floor(atMs / buckets.lengthMs)
}

/** The sub-bucket that counts now. Never older than one already counted in: a clock that runs back frees nothing. */
export function newestBucket(state: SlidingState | undefined, buckets: Buckets, atMs: number): number {
  const now = bucketAt(atMs, buckets)
  return state !== undefined && state.bucket > now ? state.bucket : now
}

/** How many of the state's counts still count: those whose `leavesAt` is ahead, also when the newest one lies ahead of now. */
function live(state: SlidingState, buckets: Buckets, atMs: number): number {
  const age = bucketAt(atMs, buckets) - state.bucket
  return Math.max(0, Math.min(state.counts.length, buckets.count + 1 - age))
}

/** When a count leaves the window. */
function leavesAt(state: SlidingState, buckets: Buckets, index: number): number {
  return (state.bucket - index + buckets.count + 1) * buckets.lengthMs
}

export function totalOf(counts: readonly bigint[], from = 0, to = counts.length): bigint {
  let total = 0n
  for (let i = from; i < to; i++) total += counts[i] as bigint
  return total
}

export function slidingUsed(state: SlidingState | undefined, buckets: Buckets, atMs: number): bigint {
  return state === undefined ? 0n : totalOf(state.counts, 0, live(state, buckets, atMs))
}

/** When the newest count leaves; null when there is none. */
export function resetsSlidingAt(state: SlidingState | undefined, buckets: Buckets): number | null {
  if (state === undefined) return null
  const newest = state.counts.findIndex((count) => count > 0n)
  return newest < 0 ? null : leavesAt(state, buckets, newest)
}

export function countSliding(
  state: SlidingState | undefined,
  buckets: Buckets,
  atMs: number,
  amount: bigint,
): SlidingState {
  const bucket = newestBucket(state, buckets, atMs)
  const bucketMs = buckets.lengthMs
  if (state === undefined) return { kind: 'sliding', bucketMs, bucket, counts: [amount] }
  let kept = live(state, buckets, atMs)
  while (kept > 0 && state.counts[kept - 1] === 0n) kept--
  if (kept === 0) return { kind: 'sliding', bucketMs, bucket, counts: [amount] }
  const counts: bigint[] = []
  for (let age = bucket - state.bucket; age > 0; age--) counts.push(0n)
  for (let i = 0; i < kept; i++) counts.push(state.counts[i] as bigint)
  counts[0] = addAmounts(counts[0] as bigint, amount)
  return { kind: 'sliding', bucketMs, bucket, counts }
}

/** Takes back from the sub-bucket that starts at (or holds) `startMs`, if that still counts. */
export function giveBackSliding(
  state: SlidingState | undefined,
  buckets: Buckets,
  atMs: number,
  back: { readonly startMs: number; readonly amount: bigint },
): SlidingState | undefined {
  if (state === undefined) return undefined
  const index = state.bucket - bucketAt(back.startMs, buckets)
  const counted = state.counts[index]
  if (counted === undefined || index >= live(state, buckets, atMs)) return state
  const counts = state.counts.slice(0, live(state, buckets, atMs))
  counts[index] = counted > back.amount ? counted - back.amount : 0n
  return { kind: 'sliding', bucketMs: state.bucketMs, bucket: state.bucket, counts }
}

/** Earliest instant at which at most `most` (>= 0) is counted. */
export function freesSlidingAt(state: SlidingState | undefined, buckets: Buckets, atMs: number, most: bigint): number {
  if (state === undefined) return atMs
  let index = live(state, buckets, atMs)
  let used = totalOf(state.counts, 0, index)
  let freesAtMs = atMs
  while (used > most) {
    index--
    const count = state.counts[index] as bigint
    used -= count
    freesAtMs = leavesAt(state, buckets, index)
  }
  return freesAtMs
}
