import type { Cell } from './cell.ts'
import type { Measured } from './measure.ts'
import type { SoakResult } from './report/result.ts'
import { soak } from './soak.ts'

const SAMPLES = 120

/** Soaks, and keeps what it saw for the report. */
export async function recordSoak(cell: Cell, minutes: number, thin: () => Promise<void>): Promise<SoakResult> {
  let measured: Measured | null = null
  const watched: Cell = { ...cell, measure: async (times) => (measured = await cell.measure(times)) }
  const memoryMb: number[] = []
  const sampling = setInterval(
    () => memoryMb.push(Math.round(process.memoryUsage().rss / 2 ** 20)),
    (minutes * 60_000) / SAMPLES,
  )
  try {
    const bounded = await soak(watched, minutes, thin)
    const { perSecond, p99Ms, more } = measured as unknown as Measured
    return {
      at: new Date().toISOString(),
      mode: 'soak',
      minutes,
      perSecond: Math.round(perSecond),
      p99Ms,
      lagP99Ms: more['lagP99Ms'] ?? null,
      bounded,
      memoryMb,
    }
  } finally {
    clearInterval(sampling)
  }
}
