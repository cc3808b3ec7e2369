/** A sliding window is counted in sub-buckets; more of them waste less of the limit and make the state larger. */
export const GUARD_SUB_BUCKETS = 20
export const WINDOW_SUB_BUCKETS = 60

/** The most sub-buckets up to `most` that divide the window into whole milliseconds. At least 1. */
export function subBucketsFor(windowMs: number, most: number): number {
  let count = most
  while (windowMs % count !== 0) count--
  return count
}
