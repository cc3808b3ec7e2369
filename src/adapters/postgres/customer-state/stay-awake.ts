import { availableParallelism } from 'node:os'

/** A commit takes a few tenths of this on a quick disk. On a slow one the waking up that is saved does not count. */
const MOST_MS = 1

/** With one processor the database would have to wait for the one who looks. */
const WORTH_IT = availableParallelism() > 1

/**
 * Keeps this process awake while `worthwhile`, a millisecond at most, so that an answer is met awake: to go to sleep and
 * be woken takes a fifth of a lone commit's time. What it costs is that processor time, and only while nothing else is
 * to be done; every turn of the loop still hears everybody.
 */
export function stayAwake(worthwhile: () => boolean): void {
  if (!WORTH_IT) return
  const untilMs = performance.now() + MOST_MS
  const look = (): void => {
    if (worthwhile() && performance.now() < untilMs) setImmediate(look)
  }
  setImmediate(look)
}
