import { availableParallelism } from 'node:os'

/** A commit takes a few tenths of this on a quick disk. */
const MOST_MS = 1
/** Lone calls in a row that were not answered within it, after which this many go without: the disk is a slow one. */
const LATE = 4
const WITHOUT = 64

/** With one processor the database would have to wait for the one who looks. */
const WORTH_IT = availableParallelism() > 1

/**
 * Keeps this process awake while it waits for the answer of a lone call, a millisecond at most, so that the answer is met
 * awake: to go to sleep and be woken takes a fifth of a lone commit's time. What it costs is that processor time, and
 * only while nothing else is to be done; every turn of the loop still hears everybody. Where commits take longer, waking
 * up does not count, and one lone call after each `WITHOUT` finds out whether they still do.
 */
export class Wakefulness {
  private late = 0
  private without = 0

  /** Returns at once. */
  stayAwakeWhile(waiting: () => boolean): void {
    if (!WORTH_IT) return
    if (this.without > 0) {
      this.without -= 1
      return
    }
    const untilMs = performance.now() + MOST_MS
    const look = (): void => {
      if (!waiting()) this.late = 0
      else if (performance.now() < untilMs) setImmediate(look)
      else if (++this.late >= LATE) this.without = WITHOUT
    }
    setImmediate(look)
  }
}
