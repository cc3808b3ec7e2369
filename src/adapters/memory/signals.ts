import { changeListeners } from '../../ports/change-listeners.ts'
import type { ChangeSignals } from '../../ports/signals.ts'

/** One process: what is published is heard at once. */
export function memorySignals(onFault: (error: unknown) => void = throwLater): ChangeSignals {
  return changeListeners(onFault)
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
