import { expect, test } from 'vitest'
import { databaseClock } from './database-clock.ts'

const HOUR = 3_600_000
const START = 1_800_000_000_000

/** A database's clock and a monotonic timer, both set by hand. */
async function world() {
  const at = { databaseMs: START, monotonicMs: 5_000, readingMs: 0 }
  const clock = await databaseClock({
    readDatabaseMs: async () => {
      at.monotonicMs += at.readingMs
      at.databaseMs += at.readingMs
      return at.databaseMs - at.readingMs / 2
    },
    monotonicMs: () => at.monotonicMs,
    reanchorEveryMs: 0,
  })
  const pass = (ms: number): void => {
    at.monotonicMs += ms
    at.databaseMs += ms
  }
  return { at, clock, pass }
}

test('time passes with the monotonic timer between anchors', async () => {
  const { clock, pass } = await world()
  expect(clock.nowMs()).toBe(START)
  pass(1_234)
  expect(clock.nowMs()).toBe(START + 1_234)
})

test('a step of this machine’s wall clock changes nothing', async () => {
  const { clock, pass } = await world()
  const real = Date.now
  try {
    for (const stepMs of [-HOUR, 2 * HOUR, -24 * HOUR]) {
      const before = clock.nowMs()
      Date.now = () => real() + stepMs
      pass(100)
      expect(clock.nowMs()).toBe(before + 100)
    }
  } finally {
    Date.now = real
  }
})

test.each([
  { stepMs: 2 * HOUR, afterMs: 0, expected: START + 2 * HOUR },
  { stepMs: 40, afterMs: 1_000, expected: START + 1_040 },
  // Behind: half speed until they meet, then with the database again.
  { stepMs: -1_000, afterMs: 0, expected: START },
  { stepMs: -1_000, afterMs: 1_000, expected: START + 500 },
  { stepMs: -1_000, afterMs: 2_000, expected: START + 1_000 },
  { stepMs: -1_000, afterMs: 5_000, expected: START + 4_000 },
])(
  'a database clock that stepped $stepMs ms shows $expected after $afterMs ms',
  async ({ stepMs, afterMs, expected }) => {
    const { at, clock, pass } = await world()
    at.databaseMs += stepMs
    await clock.reanchor()
    pass(afterMs)
    expect(clock.nowMs()).toBe(expected)
  },
)

test('never decreases, whatever the database’s clock does', async () => {
  const { at, clock, pass } = await world()
  let last = clock.nowMs()
  for (const stepMs of [-HOUR, 2 * HOUR, -24 * HOUR, 1, -1, 0, 30, -30]) {
    at.databaseMs += stepMs
    await clock.reanchor()
    pass(7)
    const now = clock.nowMs()
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
  }
})

test('counts half of a reading’s round trip, and refuses a reading that was too slow', async () => {
  const { at, clock, pass } = await world()
  at.readingMs = 200
  await clock.reanchor()
  expect(clock.nowMs()).toBe(START + 200)
  at.readingMs = 1_500
  at.databaseMs += HOUR
  await expect(clock.reanchor()).rejects.toThrow(/took 1500 ms/)
  pass(10)
  expect(clock.nowMs()).toBe(START + 200 + 1_510)
})
