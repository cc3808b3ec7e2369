import type { Cell } from './cell.ts'
import { pause } from './measure.ts'
import type { SoakResult } from './report/result.ts'

const SAMPLE_MS = 5_000
/** Growth between the second and the last quarter above this is a leak, or a bound that was not reached yet. */
const MOST_GROWTH = 1.15

/** Runs one cell for minutes, and watches the memory of this process. */
export async function soak(cell: Cell, minutes: number): Promise<SoakResult> {
  const memoryMb: number[] = []
  let over = false
  const watch = async (): Promise<void> => {
    while (!over) {
      memoryMb.push(Math.round(process.memoryUsage().rss / 2 ** 20))
      await pause(SAMPLE_MS)
    }
  }
  const measure = async () => {
    try {
      return await cell.measure({ warmMs: 2_000, runMs: minutes * 60_000 })
    } finally {
      over = true
    }
  }
  const [{ perSecond, p99Ms, more }] = await Promise.all([measure(), watch()])
  const quarter = (n: number): number =>
    Math.max(...memoryMb.slice((memoryMb.length * n) / 4, (memoryMb.length * (n + 1)) / 4))
  const [second, last] = [quarter(1), quarter(3)]
  const bounded = last <= second * MOST_GROWTH
  process.stdout.write(
    `${cell.name} for ${minutes} min: ${Math.round(perSecond)}/s, p99 ${p99Ms?.toFixed(1)} ms, ${JSON.stringify(more)}\n` +
      `memory: most ${Math.max(...memoryMb)} MB; second quarter ${second} MB, last ${last} MB: ${bounded ? 'bounded' : 'GREW'}\n`,
  )
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
}
