/** How long a cell runs before it counts, and while it counts. */
export interface Times {
  readonly warmMs: number
  readonly runMs: number
}

/** One cell in one round. A quantile is null where no call was timed. */
export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly calls: number
  readonly failed: number
  /** Further figures by name, such as the lag of the settler. */
  readonly more: Readonly<Record<string, number>>
}

/** Hears when counting begins and ends; gives further figures. `done` is what was counted. */
export interface Watch {
  readonly began?: () => void
  readonly ended?: (counted: { seconds: number; done: number }) => Readonly<Record<string, number>>
}

/** Latencies kept per cell and round; calls beyond these are counted and not timed. */
const SAMPLES = 1_000_000

/**
 * A closed loop of `concurrency` callers, each asking again as soon as it is answered. A call says how much it did
 * (default 1), or false when it was refused. The first one that throws ends the cell, once the others are answered.
 */
export async function measure(
  call: () => Promise<number | boolean | void>,
  { concurrency, warmMs, runMs }: Times & { readonly concurrency: number },
  { began, ended }: Watch = {},
): Promise<Measured> {
  const samples = new Float64Array(SAMPLES)
  let taken = 0
  let done = 0
  let calls = 0
  let failed = 0
  let counting = false
  let stopping = false
  let fault: { readonly error: unknown } | null = null
  const worker = async (): Promise<void> => {
    while (!stopping && fault === null) {
      const start = performance.now()
      const result = await call()
      if (!counting) continue
      calls += 1
      if (result === false) failed += 1
      else done += typeof result === 'number' ? result : 1
      if (taken < SAMPLES) samples[taken++] = performance.now() - start
    }
  }
  const workers = Array.from({ length: concurrency }, () =>
    worker().catch((error: unknown) => {
      fault ??= { error }
    }),
  )
  await Promise.race([pause(warmMs), Promise.all(workers)])
  counting = true
  began?.()
  const start = performance.now()
  await Promise.race([pause(runMs), Promise.all(workers)])
  counting = false
  const seconds = (performance.now() - start) / 1000
  const more = ended?.({ seconds, done }) ?? {}
  stopping = true
  await Promise.all(workers)
  if (fault !== null) throw (fault as { readonly error: unknown }).error
  const sorted = samples.subarray(0, taken).sort()
  return {
    perSecond: done / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    p999Ms: quantile(sorted, 0.999),
    calls,
    failed,
    more,
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Of ascending values; null of nothing. */
export const quantile = (sorted: Float64Array, share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

/** The lower one of the two in the middle when there are two; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}

/** Half the distance between the extremes, as a share of the median: how much a figure moved between rounds. */
export function noiseOf(values: readonly number[]): number {
  return values.length < 2 ? 0 : (Math.max(...values) - Math.min(...values)) / 2 / median(values)
}
