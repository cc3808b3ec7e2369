/** Durations from 10 us to about 3 minutes in buckets 2 % wide: any number of samples in constant memory. */
export interface Histogram {
  add(ms: number): void
  readonly count: number
  readonly maxMs: number
  /** Upper edge of the bucket that holds this quantile (0 to 1), never above the maximum; null when nothing was added. */
  quantileMs(q: number): number | null
}

const SMALLEST_MS = 0.01
const GROWTH = Math.log(1.02)
const BUCKETS = 850

export function newHistogram(): Histogram {
  const counts = new Uint32Array(BUCKETS)
  let count = 0
  let maxMs = 0
  return {
    add(ms) {
      const bucket = ms <= SMALLEST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SMALLEST_MS) / GROWTH))
      counts[bucket] = (counts[bucket] ?? 0) + 1
      count += 1
      if (ms > maxMs) maxMs = ms
    },
    get count() {
      return count
    },
    get maxMs() {
      return maxMs
    },
    quantileMs(q) {
      if (count === 0) return null
      const rank = Math.max(1, Math.ceil(q * count))
      let below = 0
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        below += counts[bucket] ?? 0
        if (below >= rank) return Math.min(maxMs, SMALLEST_MS * Math.exp(bucket * GROWTH))
      }
      return maxMs
    },
  }
}
