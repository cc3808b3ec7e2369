import { compilePolicy } from '../../core/policy/compile.ts'
import { settle } from '../../core/settlement/settle.ts'
import type { Backlog, SettlementPlan, SettlementStore } from '../../ports/settlement-store.ts'
import type { Clock } from '../../ports/system.ts'
import { sha256 } from '../system/hash.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { policyDocument } from './drafts.ts'

const policy = compilePolicy(policyDocument('settlement'), 1)
const ids = uuidV7Ids()

export type Planner = (backlog: Backlog) => SettlementPlan

/** The core's settlement under a policy of one version. */
export function settlePlan(clock: Clock): Planner {
  const nowMs = clock.nowMs()
  const policyOf = (version: number) => (version === 1 ? policy : undefined)
  return (backlog) => settle(backlog, { nowMs, hash: sha256, nextId: (prefix) => ids.next(prefix, nowMs), policyOf })
}

/** Settles until nothing is due; at most 200 batches. Gives the events that were settled. */
export async function settleAll(
  store: SettlementStore,
  plan: Planner,
  bounds = { maxNotes: 100, maxEventsPerCustomer: 100 },
): Promise<number> {
  let events = 0
  for (let batch = 0; batch < 200; batch += 1) {
    const settled = await store.settleDue(bounds, plan)
    if (settled.notes === 0) return events
    events += settled.events
  }
  throw new Error('more than 200 batches')
}
