import type { Policy } from '../../core/policy/policy.ts'
import { periodAt } from '../../core/shared/calendar.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Decision } from '../../core/waterfall/decision.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { Engine } from '../engine.ts'
import { BoundedMemory } from './bounded-memory.ts'

/** The schedule gives allowances one after the other: to the last of a crowd whose period began at once it takes a while. */
const LATE_MS = 3_600_000
const CUSTOMERS_BOUND = 20_000

/**
 * When the latest period began whose allowance, had it come already, might have changed this decision: one that was
 * denied or allowed in part for want of value, or that draws from a layer behind. Null: there is none, or it has come for certain.
 */
export function mayLackAllowance(
  decision: Decision,
  { feature, state, policy }: { feature: string; state: CustomerState; policy: Policy },
): number | null {
  const allowances = policy.tiers.get(state.profile.tier)?.allowances ?? []
  if (allowances.length === 0 || !needsMore(decision, policy)) return null
  const { anchorMs, timeZone } = state.profile
  let latest: number | null = null
  for (const { amount, features, period } of allowances) {
    if (amount === 0n || (features !== null && !features.includes(feature))) continue
    const { startMs } = periodAt(period, { atMs: decision.atMs, anchorMs, timeZone })
    if (decision.atMs - startMs < LATE_MS && startMs > (latest ?? -Infinity)) latest = startMs
  }
  return latest
}

function needsMore({ outcome, denial, funding }: Decision, { layers }: Policy): boolean {
  const place = layers.indexOf('allowance')
  if (place < 0 || denial?.layer === 'gate' || denial?.layer === 'guard') return false
  return outcome !== 'allowed' || funding.some((line) => layers.indexOf(line.layer) > place)
}

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
