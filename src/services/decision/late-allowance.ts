import type { CustomerId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'
import { BoundedMemory } from './bounded-memory.ts'

const CUSTOMERS_BOUND = 20_000

/** What this process has asked for already, so that only the first request of a period waits for it. */
export class LateAllowances {
  private readonly since = new BoundedMemory<CustomerId, number>(CUSTOMERS_BOUND)
  private readonly running = new Map<CustomerId, Promise<void>>()

  /** Has what became due at that instant been asked for, and come? */
  has(customer: CustomerId, sinceMs: number): boolean {
    return (this.since.get(customer) ?? -Infinity) >= sinceMs
  }

  /** Everybody who asks for one customer's at the same time waits for the same refresh. */
  ask(customer: CustomerId, sinceMs: number, refresh: () => Promise<void>): Promise<void> {
    const running =
      this.running.get(customer) ??
      refresh()
        .then(() => this.since.set(customer, sinceMs))
        .finally(() => this.running.delete(customer))
    this.running.set(customer, running)
    return running
  }
}

const memories = new WeakMap<Engine, LateAllowances>()

export function lateAllowancesOf(engine: Engine): LateAllowances {
  let memory = memories.get(engine)
  if (memory === undefined) memories.set(engine, (memory = new LateAllowances()))
  return memory
}
