import { refreshAllowances } from '../../core/grant/refresh.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Effects } from '../../core/waterfall/effects.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { Plan, RefreshDue } from '../../ports/customer-state.ts'
import { type CreditEngine, ledgerContext } from './ledger-context.ts'

const DONE = { status: 200, body: '{}' } as const

export interface RefreshInput {
  readonly customer: CustomerId
  /** What the schedule says is due for this customer; empty when something else asks (an expiry, a new tier). */
  readonly due: readonly RefreshDue[]
}

/**
 * Turns a customer's allowances over at the policy in force: new grants for the periods that began, rollover, expiry of
 * the rest, and the schedule of what is due next, in one transaction. Safe on any number of nodes and as often as one
 * likes: under the customer's version the plan decides again what is due. False: nothing was.
 */
export async function refreshCredits(engine: CreditEngine, input: RefreshInput): Promise<boolean> {
  const ctx = ledgerContext(engine)
  const policy = engine.policies.current()
  let version = 0
  const result = await engine.customers.transact(input.customer, {
    idempotency: null,
    needs: { ledger: true },
    plan(snapshot): Plan {
      version = 0
      const allowances = policy.tiers.get(snapshot.state.profile.tier)?.allowances ?? []
      const plan = refreshAllowances(snapshot, { allowances, due: input.due }, ctx)
      const scheduleIsOld = input.due.some(
        (due) => !plan.refreshes.some((next) => next.rule === due.rule && next.dueAtMs === due.dueAtMs),
      )
      if (plan.effects === null && !scheduleIsOld) return { kind: 'answer', reply: DONE }

      const effects = plan.effects ?? rescheduled(snapshot.state)
      version = effects.state?.version ?? 0
      return { kind: 'commit', effects, records: { refreshes: plan.refreshes }, reply: DONE }
    },
  })
  if (result.kind !== 'done' || version === 0) return false
  engine.signals.publish({ kind: 'customer', customer: input.customer, version })
  return true
}

/** A schedule changes only with its customer's version, also when nothing else does. */
function rescheduled(state: CustomerState): Effects {
  return { state: { ...state, version: state.version + 1 } }
}
