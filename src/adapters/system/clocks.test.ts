import { expect, test } from 'vitest'
import { InvariantBroken } from '../../core/shared/assert.ts'
import { systemClock } from './system-clock.ts'
import { testClock } from './test-clock.ts'

test('the system clock holds still while the machine’s time is set back', () => {
  const readings = [100, 250, 90, 240, 260]
  const clock = systemClock(() => readings.shift() ?? 0)
  expect([1, 2, 3, 4, 5].map(() => clock.nowMs())).toEqual([100, 250, 250, 250, 260])
})

test('the test clock moves only when told, and only on', () => {
  const clock = testClock(1_000)
  clock.advance(5)
  expect(clock.nowMs()).toBe(1_005)
  clock.set(2_000)
  expect(clock.nowMs()).toBe(2_000)
  expect(() => clock.set(1_999)).toThrow(InvariantBroken)
})
