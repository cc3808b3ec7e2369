/** Times as fast as recorded, or as fast as the engine answers. */
export type Speed = number | 'max'

export interface Pace {
  /** Resolves when the row is due; at once when it is late already, or when the signal aborts. */
  waitFor(atMs: number, signal: AbortSignal): Promise<void>
  /** How long ago the row was due; 0 at full speed. */
  lateMs(atMs: number): number
}

/** Parses `60`, `0.5` or `max`; null for anything else. */
export function parseSpeed(text: string): Speed | null {
  if (text === 'max') return 'max'
  const speed = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  return speed > 0 ? speed : null
}

/** The first row asked for is due now; a row that was recorded before it is due at once. */
export function paceOf(speed: Speed): Pace {
  let start: { atMs: number; realMs: number } | null = null
  const dueInMs = (atMs: number) => {
    const realMs = performance.now()
    start ??= { atMs, realMs }
    return speed === 'max' ? 0 : start.realMs + (atMs - start.atMs) / speed - realMs
  }
  return {
    async waitFor(atMs, signal) {
      const waitMs = dueInMs(atMs)
      if (waitMs < 1 || signal.aborted) return
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, Math.min(waitMs, 2_147_483_647))
        signal.addEventListener('abort', done)
      })
    },
    lateMs: (atMs) => Math.max(0, -dueInMs(atMs)),
  }
}
