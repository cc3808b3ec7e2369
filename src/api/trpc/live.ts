import { TRPCError, tracked } from '@trpc/server'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Engine } from '../../services/engine.ts'

/** Beats come this often, so that a reader who hears nothing for longer than two of them knows the stream is cut. */
export const BEAT_MS = 1_000
/** At most this many changes a second reach a page, however fast its customer is. */
const LEAST_GAP_MS = 250
/** Every so many beats the position is read again: a lost signal then costs seconds, never a figure. */
const BEATS_PER_READ = 10

/** Where a customer's history stands. The id of a tracked event is `<version>.<seq>`. */
export interface LivePosition {
  readonly kind: 'change'
  readonly stateVersion: number
  /** Of the last balance update. */
  readonly seq: number
  readonly atMs: number
}
export interface LiveBeat {
  readonly kind: 'beat'
  readonly atMs: number
}

/**
 * Tells when something of the customer changed, and beats in between. Events carry no figures: readers read again, so a
 * skipped or repeated event is harmless. A reader that comes back with `lastEventId` hears at once if it missed anything.
 * The stream ends once `stillMay` says no: a session that was ended, or a membership that was taken.
 */
export async function* liveChanges(
  engine: Engine,
  customer: CustomerId,
  {
    lastEventId,
    signal,
    stillMay,
  }: { lastEventId: string | null; signal: AbortSignal; stillMay: () => Promise<boolean> },
) {
  const bell = new Bell(signal)
  const unsubscribe = engine.signals.subscribe(customer, () => bell.ring())
  try {
    let told = lastEventId
    for (let beat = 0; !signal.aborted; beat++) {
      const atMs = engine.clock.nowMs()
      if (bell.takeRung() || beat % BEATS_PER_READ === 0) {
        if (!(await stillMay())) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to see this.' })
        const position = await positionOf(engine, customer)
        const id = `${position.stateVersion}.${position.seq}`
        if (id !== told) {
          told = id
          yield tracked(id, { kind: 'change', ...position, atMs } satisfies LivePosition)
        } else yield { kind: 'beat', atMs } satisfies LiveBeat
      } else yield { kind: 'beat', atMs } satisfies LiveBeat
      await bell.wait(LEAST_GAP_MS, BEAT_MS)
    }
  } finally {
    unsubscribe()
    bell.close()
  }
}

async function positionOf(engine: Engine, customer: CustomerId): Promise<{ stateVersion: number; seq: number }> {
  const seen = await engine.readers.customer(customer)
  return { stateVersion: seen?.state.version ?? 0, seq: seen?.head.seq ?? 0 }
}

/** Many rings before one wait are one ring. */
class Bell {
  private rung = false
  private wake: (() => void) | null = null
  private readonly signal: AbortSignal
  private readonly onAbort = () => this.wake?.()

  constructor(signal: AbortSignal) {
    this.signal = signal
    signal.addEventListener('abort', this.onAbort)
  }

  ring(): void {
    this.rung = true
    this.wake?.()
  }

  takeRung(): boolean {
    const rung = this.rung
    this.rung = false
    return rung
  }

  /** Resolves after `mostMs`, sooner when rung or aborted, never before `leastMs` unless aborted. */
  async wait(leastMs: number, mostMs: number): Promise<void> {
    await this.pause(leastMs, false)
    if (!this.rung && !this.signal.aborted) await this.pause(mostMs - leastMs, true)
  }

  close(): void {
    this.signal.removeEventListener('abort', this.onAbort)
    this.wake?.()
  }

  private pause(ms: number, endsByRing: boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        this.wake = null
        resolve()
      }
      const timer = setTimeout(finish, ms)
      this.wake = () => {
        if (endsByRing || this.signal.aborted) finish()
      }
    })
  }
}
