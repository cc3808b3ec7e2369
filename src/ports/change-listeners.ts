import type { CustomerId } from '../core/shared/ids.ts'
import type { Change, ChangeSignals } from './signals.ts'

/** So many listeners of live pages on one process; whoever comes later is told to fall back to reloading. */
export const MAX_LISTENERS = 20_000

export class TooManyListeners extends Error {
  override readonly name = 'TooManyListeners'
}

/** The standing of a customer, as far as listeners were told. */
export interface Told {
  version: number
  seq: number
}

export interface ChangeListeners extends ChangeSignals {
  /** Customers that somebody listens to, with what they were told. */
  readonly subscribed: ReadonlyMap<CustomerId, Told>
}

/**
 * Listeners of one process. Each change is told once, and only forwards: one that is behind what was told is dropped, so
 * that a signal and a poll that see the same change do not double it. What a listener throws is reported, and keeps
 * nobody else from hearing.
 */
export function changeListeners(onFault: (error: unknown) => void): ChangeListeners {
  const subscribed = new Map<CustomerId, Told>()
  const listenersOf = new Map<CustomerId, Set<(change: Change) => void>>()
  const policyListeners = new Set<(version: number) => void>()
  let count = 0
  let policyTold = 0

  function tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
    for (const listener of listeners) {
      try {
        listener(value)
      } catch (error) {
        onFault(error)
      }
    }
  }

  function enter(): void {
    if (count >= MAX_LISTENERS) throw new TooManyListeners(`more than ${MAX_LISTENERS} listeners on this process`)
    count += 1
  }

  function isNews(told: Told, change: Exclude<Change, { kind: 'policy' }>): boolean {
    if (change.kind === 'customer') {
      if (change.version <= told.version) return false
      told.version = change.version
      return true
    }
    if (change.seq <= told.seq) return false
    told.seq = change.seq
    return true
  }

  function leaving(leave: () => void): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      count -= 1
      leave()
    }
  }

  return {
    subscribed,

    publish(change) {
      if (change.kind === 'policy') {
        if (change.version <= policyTold) return
        policyTold = change.version
        return tell(policyListeners, change.version)
      }
      const told = subscribed.get(change.customer)
      const listeners = listenersOf.get(change.customer)
      if (told !== undefined && listeners !== undefined && isNews(told, change)) tell(listeners, change)
    },

    subscribe(customer, listener) {
      enter()
      // A function of its own: the same listener may subscribe twice.
      const own = (change: Change): void => listener(change)
      const listeners = listenersOf.get(customer) ?? new Set()
      listenersOf.set(customer, listeners.add(own))
      if (!subscribed.has(customer)) subscribed.set(customer, { version: 0, seq: 0 })
      return leaving(() => {
        listeners.delete(own)
        if (listeners.size > 0) return
        listenersOf.delete(customer)
        subscribed.delete(customer)
      })
    },

    onPolicy(listener) {
      enter()
      const own = (version: number): void => listener(version)
      policyListeners.add(own)
      return leaving(() => policyListeners.delete(own))
    },
  }
}
