/** How long the latest events waited: a ring of samples, oldest overwritten, so that it never grows. */
export interface LagWindow {
  add(lagMs: number): void
  /** The smallest sample that at least `share` (0 to 1) of the window does not exceed; null while it is empty. */
  quantile(share: number): number | null
}

export function lagWindow(size = 1_024): LagWindow {
  const samples: number[] = []
  let next = 0
  return {
    add(lagMs) {
      samples[next] = Math.max(0, lagMs)
      next = (next + 1) % size
    },
    quantile(share) {
      if (samples.length === 0) return null
      const sorted = samples.toSorted((a, b) => a - b)
      return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
    },
  }
}
