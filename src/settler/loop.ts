import type { BatchBounds, BatchOutcome } from '../services/settlement/settle.ts'
import { lagWindow } from './lag-window.ts'

export interface SettlerStats {
  /** Since this settler started. */
  readonly settledEvents: number
  readonly batches: number
  readonly failedAttempts: number
  readonly deadLetters: number
  /** How long the oldest event of each of the latest batches had waited; null before the first. */
  readonly lagP50Ms: number | null
  readonly lagP99Ms: number | null
  readonly lastError: { readonly message: string; readonly atMs: number } | null
  readonly running: boolean
}

export interface Settler {
  start(): void
  /** Work was recorded: look at once instead of at the end of the pause. Costs nothing when it is looking already. */
  nudge(): void
  /** Ends after the transaction under way; resolves when nothing runs any more. */
  stop(): Promise<void>
  stats(): SettlerStats
}

export interface SettlerOptions {
  /** Settles one batch; `settleBatch` on an engine. */
  settle(bounds: BatchBounds): Promise<BatchOutcome>
  readonly nowMs: () => number
  readonly bounds?: BatchBounds
  /** First and longest pause while there is nothing to do. */
  readonly idleMs?: { readonly min: number; readonly max: number }
  /** Pause after a batch that was not full: the shortest, and the longest, which follows large batches. */
  readonly gatherMs?: { readonly min: number; readonly max: number }
  /** First and longest pause while the store fails; a nudge does not shorten it. */
  readonly faultMs?: { readonly min: number; readonly max: number }
  /** Waits; `wake` ends it early. A timer unless a test says otherwise. */
  pause?(ms: number, wake: AbortSignal): Promise<void>
  onFault?(error: unknown): void
}

const BOUNDS: BatchBounds = { maxNotes: 256, maxEventsPerCustomer: 500 }
const IDLE_MS = { min: 20, max: 500 }
const GATHER_MS = { min: 10, max: 50 }
/** After a batch of many events the next one gathers for a millisecond per so many of them. */
const GATHERED_EVENTS_PER_MS = 4
/** A quarter of the second within which usage is to be settled. */
const LATE_MS = 250
const FAULT_MS = { min: 50, max: 5_000 }

/**
 * Claims, settles, acknowledges, again and again. Without work it pauses, twice as long each time, until nudged; a store
 * that fails is tried again after a pause that doubles too, without end: decisions go on meanwhile and nothing is lost.
 */
export function createSettler(options: SettlerOptions): Settler {
  const { bounds = BOUNDS, idleMs = IDLE_MS, faultMs = FAULT_MS, gatherMs = GATHER_MS, pause = timerPause } = options
  const lag = lagWindow()
  let stats = { settledEvents: 0, batches: 0, failedAttempts: 0, deadLetters: 0 }
  let lastError: SettlerStats['lastError'] = null
  let running: Promise<void> | null = null
  let stopping = false
  let nudged = false
  let waking = new AbortController()
  let wakesOnNudge = false

  function count(batch: BatchOutcome): void {
    stats = {
      settledEvents: stats.settledEvents + batch.events,
      batches: stats.batches + 1,
      failedAttempts: stats.failedAttempts + batch.failures,
      deadLetters: stats.deadLetters + batch.dead,
    }
    if (batch.oldestRecordedAtMs !== null) lag.add(options.nowMs() - batch.oldestRecordedAtMs)
  }

  async function rest(ms: number, endsOnNudge: boolean): Promise<void> {
    if (stopping || (endsOnNudge && nudged)) return
    waking = new AbortController()
    wakesOnNudge = endsOnNudge
    await pause(ms, waking.signal)
    wakesOnNudge = false
  }

  /** One batch and what it asks for: steps that come before claiming, or after, go here. */
  async function round(): Promise<BatchOutcome> {
    const batch = await options.settle(bounds)
    count(batch)
    return batch
  }

  // The busier it is, the longer: steady use is settled in few large transactions instead of many small ones. Not when
  // settling is late already.
  function gathering({ events, oldestRecordedAtMs }: BatchOutcome): number {
    const late = oldestRecordedAtMs !== null && options.nowMs() - oldestRecordedAtMs > LATE_MS
    return late ? gatherMs.min : Math.min(gatherMs.max, Math.max(gatherMs.min, events / GATHERED_EVENTS_PER_MS))
  }

  async function run(): Promise<void> {
    let idle = idleMs.min
    let fault = faultMs.min
    while (!stopping) {
      nudged = false
      try {
        const batch = await round()
        fault = faultMs.min
        // Claimed notes end, or come back later. After a full claim more is behind it; after a smaller one a rest lets
        // the next batch gather.
        if (batch.notes > 0) {
          idle = idleMs.min
          if (batch.notes < bounds.maxNotes) await rest(gathering(batch), false)
        } else {
          await rest(idle, true)
          idle = nudged ? idleMs.min : Math.min(idle * 2, idleMs.max)
        }
      } catch (error) {
        lastError = { message: error instanceof Error ? error.message : String(error), atMs: options.nowMs() }
        options.onFault?.(error)
        await rest(fault, false)
        fault = Math.min(fault * 2, faultMs.max)
      }
    }
  }

  return {
    start() {
      if (running !== null) return
      stopping = false
      running = run().finally(() => {
        running = null
      })
    },
    nudge() {
      nudged = true
      if (wakesOnNudge) waking.abort()
    },
    async stop() {
      stopping = true
      waking.abort()
      await running
    },
    stats: () => ({
      ...stats,
      lagP50Ms: lag.quantile(0.5),
      lagP99Ms: lag.quantile(0.99),
      lastError,
      running: running !== null,
    }),
  }
}

function timerPause(ms: number, wake: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(done, ms)
    wake.addEventListener('abort', done, { once: true })
  })
}
