import type { CustomerId } from '../core/shared/ids.ts'
import { lookAtTopUp } from '../services/auto-top-up/look.ts'
import { reconcilePurchase } from '../services/purchase/reconcile.ts'
import { type DueJob, runEach } from './due-jobs.ts'

/** Purchases whose webhook never came, or whose credits were left half-way. */
export const reconcileDuePurchases: DueJob = async (engine, limit) => {
  const due = await engine.purchases.due(engine.clock.nowMs(), limit)
  return runEach(due, (one) => reconcilePurchase(engine, one))
}

/** Balances of those who have auto top-up on, a page a tick, round and round. */
export function lookAtTopUps(): DueJob {
  let after: CustomerId | null = null
  return async (engine, limit) => {
    if (engine.payments === null) return { due: 0, done: 0, faults: [] }
    const page = await engine.purchases.topUpsOn(after, limit)
    after = page.length < limit ? null : (page.at(-1)?.customer ?? null)
    const outcome = await runEach(page, (one) => lookAtTopUp(engine, one))
    // a full page of enough balance is no work that is stuck
    return { ...outcome, due: 0 }
  }
}
