import type { Clock } from '../../ports/system.ts'

/** This machine's wall clock, held where it is while the machine's time is set back: `nowMs` never decreases. */
export function systemClock(wallMs: () => number = Date.now): Clock {
  let last = 0
  return {
    nowMs() {
      last = Math.max(last, wallMs())
      return last
    },
  }
}
