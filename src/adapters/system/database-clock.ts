import { assert } from '../../core/shared/assert.ts'
import type { Clock } from '../../ports/system.ts'

export interface DatabaseClock extends Clock {
  /** Reads the database's clock once more. Rejects when it cannot be read; the clock goes on from its last anchor. */
  reanchor(): Promise<void>
  stop(): void
}

export interface DatabaseClockOptions {
  /** The database's clock, in epoch milliseconds. */
  readDatabaseMs(): Promise<number>
  /** Milliseconds of a timer that never steps. */
  monotonicMs?: () => number
  /** 0: only `reanchor` anchors it again. */
  reanchorEveryMs?: number
  onFault?: (error: unknown) => void
}

const REANCHOR_EVERY_MS = 10_000
/** A reading that took longer says too little about when it was made. */
const SLOWEST_READING_MS = 1_000
/** How fast time passes while the clock waits for a database clock that turned out to be behind it. */
const CATCHING_UP = 0.5

/**
 * The store's time on this process: anchored to the database's clock and carried on by a monotonic timer, so that steps
 * of this machine's wall clock do not move it. When the database's clock is ahead of it, it jumps there (a machine that
 * slept); when it is behind, this clock runs at half speed until they meet: it never runs back and never stands still.
 */
export async function databaseClock(options: DatabaseClockOptions): Promise<DatabaseClock> {
  const monotonicMs = options.monotonicMs ?? monotonicTimerMs
  let anchor = await read()
  /** How much this clock is ahead of the database's, at the anchor. */
  let aheadMs = 0
  let last = 0

  async function read(): Promise<{ databaseMs: number; monotonicMs: number }> {
    const before = monotonicMs()
    const databaseMs = await options.readDatabaseMs()
    const after = monotonicMs()
    assert(Number.isFinite(databaseMs) && databaseMs > 0, 'the database tells its time in epoch milliseconds')
    if (after - before > SLOWEST_READING_MS) throw new Error(`reading the database's clock took ${after - before} ms`)
    return { databaseMs, monotonicMs: (before + after) / 2 }
  }

  function exactMs(): number {
    const passed = Math.max(0, monotonicMs() - anchor.monotonicMs)
    return anchor.databaseMs + passed + Math.max(0, aheadMs - passed * CATCHING_UP)
  }

  function nowMs(): number {
    last = Math.max(last, Math.floor(exactMs()))
    return last
  }

  async function reanchor(): Promise<void> {
    const next = await read()
    const ours = exactMs() - (monotonicMs() - next.monotonicMs)
    aheadMs = Math.max(0, ours - next.databaseMs)
    anchor = next
  }

  const every = options.reanchorEveryMs ?? REANCHOR_EVERY_MS
  let running = false
  const timer =
    every > 0
      ? setInterval(() => {
          if (running) return
          running = true
          reanchor()
            .catch((error: unknown) => options.onFault?.(error))
            .finally(() => {
              running = false
            })
        }, every).unref()
      : null

  return { nowMs, reanchor, stop: () => clearInterval(timer ?? undefined) }
}

function monotonicTimerMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1e6
}
