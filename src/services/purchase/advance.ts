import { type NextStep, nextStep } from '../../core/purchase/next-step.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import { unreachable } from '../../core/shared/assert.ts'
import { endOfTopUp } from '../auto-top-up/end.ts'
import { changePurchase } from './change.ts'
import { creditPurchase } from './credit.ts'
import { mailOf } from './mail.ts'
import type { PurchaseEngine } from './purchase-engine.ts'
import { giveBack, takeBack } from './take-back.ts'

/** More steps than any purchase has; what is left after them is the reconcile job's. */
const STEPS = 12

/** Does what the facts ask for, step by step, until nothing is left to do now. Each step may be repeated harmlessly. */
export async function advancePurchase(engine: PurchaseEngine, seen: Purchase): Promise<Purchase> {
  let purchase = seen
  for (let count = 0; count < STEPS; count += 1) {
    const step = nextStep(purchase, engine.clock.nowMs())
    if (step.kind === 'wait') break
    const after = await doStep(engine, purchase, step)
    if (after === null || after.version === purchase.version) break
    purchase = after
  }
  await mailOf(engine, purchase)
  await endOfTopUp(engine, purchase)
  return purchase
}

/** The purchase after the step; null or unchanged: it cannot go on now. */
async function doStep(
  engine: PurchaseEngine,
  purchase: Purchase,
  step: Exclude<NextStep, { kind: 'wait' }>,
): Promise<Purchase | null> {
  switch (step.kind) {
    case 'credit':
      return creditPurchase(engine, purchase)
    case 'plan_take_back': {
      const planned = await changePurchase(engine, purchase.id, {
        edit(now) {
          const again = nextStep(now, step.takeBack.plannedAtMs)
          return again.kind === 'plan_take_back'
            ? { ...now.facts, takeBacks: [...now.facts.takeBacks, again.takeBack] }
            : null
        },
        event: null,
        audit: null,
      })
      return planned?.purchase ?? null
    }
    case 'take_back':
      return takeBack(engine, purchase, step)
    case 'give_back':
      return giveBack(engine, purchase, step.index)
    default:
      return unreachable(step)
  }
}
