import type { Cell } from './cell.ts'
import { pause } from './measure.ts'

const SAMPLE_MS = 5_000
const SAMPLES_A_THINNING = 12
/** Growth between the second and the last quarter above this is a leak, or a bound that was not reached yet. */
const MOST_GROWTH = 1.15

/** Runs one cell for minutes and watches the memory of this process. Returns whether it stayed bounded. */
export async function soak(cell: Cell, minutes: number, thin: () => Promise<void>): Promise<boolean> {
  const runMs = minutes * 60_000
  const memory: number[] = []
  let over = false
  const watching = (async () => {
    while (!over) {
      memory.push(process.memoryUsage().rss / 2 ** 20)
      await pause(SAMPLE_MS)
      if (memory.length % SAMPLES_A_THINNING === 0) await thin()
    }
  })()
  const { perSecond, p99Ms, more } = await cell.measure({ warmMs: 2_000, runMs })
  over = true
  await watching
  const quarter = (n: number): number =>
    Math.max(...memory.slice((memory.length * n) / 4, (memory.length * (n + 1)) / 4))
  const [second, last] = [quarter(1), quarter(3)]
  const bounded = last <= second * MOST_GROWTH
  process.stdout.write(
    `${cell.name} for ${minutes} min: ${Math.round(perSecond)}/s, p99 ${p99Ms?.toFixed(1)} ms, ${JSON.stringify(more)}\n` +
      `memory: most ${Math.round(Math.max(...memory))} MB; second quarter ${Math.round(second)} MB, last ${Math.round(last)} MB: ${bounded ? 'bounded' : 'GREW'}\n`,
  )
  return bounded
}
