import { type Settlement, settle } from '../../core/settlement/settle.ts'
import type { CustomerId, IdPrefix } from '../../core/shared/ids.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { LedgerHead } from '../../core/settlement/events.ts'
import type { SettledBatch } from '../../ports/settlement-store.ts'
import type { Engine } from '../engine.ts'

export type SettleEngine = Pick<Engine, 'settlement' | 'policies' | 'clock' | 'ids' | 'hash' | 'signals'>

export interface BatchBounds {
  readonly maxNotes: number
  readonly maxEventsPerCustomer: number
}

export interface BatchOutcome extends SettledBatch {
  /** Failed attempts in it, and how many of them were the last. */
  readonly failures: number
  readonly dead: number
}

/** Versions fetched for one batch before it is given up. A batch cites one or two; 64 changes of policy are not behind it. */
const MAX_LOADS = 64

/** Says to the caller of the plan which version the plan needs; thrown through the store, whose transaction ends unused. */
class PolicyNotLoaded extends Error {
  override readonly name = 'PolicyNotLoaded'
  readonly version: number
  constructor(version: number) {
    super(`policy version ${version} is not loaded`)
    this.version = version
  }
}

/**
 * Settles one batch of what is due: usage events become monetization events and balance updates, each event in one
 * transaction with its updates. Poison is counted or set aside. Safe beside any number of other settlers. `onMoved` hears
 * of each chain's new end.
 */
export async function settleBatch(
  engine: SettleEngine,
  bounds: BatchBounds,
  onMoved: (head: LedgerHead) => void = () => {},
): Promise<BatchOutcome> {
  // Held here, and not only in the cache, so that a batch which cites many old versions cannot push its own out.
  const loaded = new Map<number, Policy | null>()

  for (let loads = 0; loads <= MAX_LOADS; loads += 1) {
    const nowMs = engine.clock.nowMs()
    const plans = new Map<CustomerId, Settlement>()
    const ctx = {
      nowMs,
      hash: engine.hash,
      nextId: (prefix: IdPrefix) => engine.ids.next(prefix, nowMs),
      policyOf(version: number): Policy | undefined {
        const policy = engine.policies.get(version) ?? loaded.get(version)
        if (policy === undefined) throw new PolicyNotLoaded(version)
        return policy ?? undefined
      },
    }
    try {
      const batch = await engine.settlement.settleDue(bounds, (backlog) => {
        const plan = settle(backlog, ctx)
        plans.set(backlog.customer, plan)
        return plan
      })
      for (const [customer, { head }] of plans) {
        engine.signals.publish({ kind: 'settled', customer, seq: head.seq })
        onMoved(head)
      }
      const failures = [...plans.values()].flatMap((plan) => plan.failures)
      return { ...batch, failures: failures.length, dead: failures.filter((failure) => failure.dead).length }
    } catch (error) {
      if (!(error instanceof PolicyNotLoaded)) throw error
      loaded.set(error.version, await engine.policies.load(error.version))
    }
  }
  throw new Error(`a batch cites more than ${MAX_LOADS} policy versions`)
}
