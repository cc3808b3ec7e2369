import { assert } from '../../core/shared/assert.ts'
import type { Clock } from '../../ports/system.ts'

export interface TestClock extends Clock {
  advance(byMs: number): void
  /** Throws InvariantBroken for an earlier instant: a clock never runs back. */
  set(atMs: number): void
}

/** A clock that stands still until it is told. */
export function testClock(startMs: number): TestClock {
  let now = startMs
  const set = (atMs: number): void => {
    assert(Number.isInteger(atMs) && atMs >= now, 'a clock never runs back')
    now = atMs
  }
  return { nowMs: () => now, set, advance: (byMs) => set(now + byMs) }
}
