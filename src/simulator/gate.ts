/** Bounds work in flight: `enter` waits for a place, `leave` frees it, `idle` waits until all are free. */
export interface Gate {
  enter(): Promise<void>
  leave(): void
  idle(): Promise<void>
}

/** For one entering loop: at most one caller waits in `enter` at a time. */
export function newGate(places: number): Gate {
  let inside = 0
  let waiting: (() => void) | null = null
  let draining: (() => void) | null = null
  return {
    async enter() {
      if (inside >= places) {
        await new Promise<void>((resolve) => {
          waiting = resolve
        })
      }
      inside += 1
    },
    leave() {
      inside -= 1
      waiting?.()
      waiting = null
      if (inside === 0) draining?.()
    },
    async idle() {
      if (inside > 0) {
        await new Promise<void>((resolve) => {
          draining = resolve
        })
      }
    },
  }
}
