import { seededRandom } from './random.ts'

export interface GeneratorOptions {
  readonly seed: string
  /** Data lines, 1 to 10,000,000. */
  readonly rows: number
  /** First request's day starts here. */
  readonly startMs: number
  /** Mean requests per second over a day. */
  readonly ratePerSecond: number
}

export const GENERATOR_DEFAULTS = { seed: '1', startMs: Date.UTC(2026, 0, 5, 8), ratePerSecond: 2.5 } as const

/**
 * A made-up trace with the Azure columns, line by line. Arrivals are a Poisson process whose rate follows the day
 * (busiest at 15:00 UTC, a fifth of that at 03:00) and two-state bursts (x6 for about 8 s, every 90 s or so). Token
 * counts are log-normal, fitted by eye to the recorded coding trace (median 1,500 in, 13 out; one in 300 is long).
 */
export function* generateTrace(options: GeneratorOptions): Generator<string> {
  if (!Number.isInteger(options.rows) || options.rows < 1 || options.rows > 10_000_000) {
    throw new RangeError('rows must be a whole number from 1 to 10,000,000')
  }
  const random = seededRandom(`${options.seed}/trace`)
  let atMs = options.startMs
  let burstUntilMs = 0
  let nextBurstMs = atMs + random.exponential(90_000)
  yield 'TIMESTAMP,ContextTokens,GeneratedTokens\n'
  for (let row = 0; row < options.rows; row += 1) {
    if (atMs >= nextBurstMs) {
      burstUntilMs = atMs + random.exponential(8_000)
      nextBurstMs = burstUntilMs + random.exponential(90_000)
    }
    const rate = options.ratePerSecond * dayShape(atMs) * (atMs < burstUntilMs ? 6 : 1)
    atMs += random.exponential(1_000 / rate)
    const context = Math.min(16_000, Math.max(3, Math.round(random.logNormal(1_500, 1))))
    const generated = random.chance(1 / 300)
      ? random.between(600, 1_900)
      : Math.max(6, Math.round(random.logNormal(13, 0.9)))
    yield `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '0000')},${context},${generated}\n`
  }
}

/** Relative rate by the hour of the day, 1 on average. */
function dayShape(atMs: number): number {
  const hour = (atMs % 86_400_000) / 3_600_000
  return 1 + (2 / 3) * Math.cos(((hour - 15) / 24) * 2 * Math.PI)
}
