import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryPauseMs } from './back-off.ts'

const RULE = { firstMs: 1_000, longestMs: 60_000, attempts: 10 }

test.each([
  { failed: 1, chance: 0, expected: 500 },
  { failed: 1, chance: 0.5, expected: 750 },
  { failed: 2, chance: 0, expected: 1_000 },
  { failed: 6, chance: 0, expected: 16_000 },
  { failed: 7, chance: 0, expected: 30_000 },
  { failed: 9, chance: 0, expected: 30_000 },
  { failed: 10, chance: 0, expected: null },
  { failed: 11, chance: 0, expected: null },
])('after $failed failures with chance $chance: $expected', ({ failed, chance, expected }) => {
  expect(retryPauseMs(RULE, failed, chance)).toBe(expected)
})

test('a pause is at least half of the doubled one and never above the longest', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), chance, (failed, drawn) => {
      const full = Math.min(1_000 * 2 ** (failed - 1), 60_000)
      const pause = retryPauseMs(RULE, failed, drawn)
      expect(pause).toBeGreaterThanOrEqual(full / 2)
      expect(pause).toBeLessThanOrEqual(full)
    }),
  )
})
