import type { CustomerId } from '../core/shared/ids.ts'
import { createCustomer } from '../services/customer/create.ts'
import { grantCredits } from '../services/credit/grant.ts'
import { refreshCredits } from '../services/credit/refresh.ts'
import { idempotencyOf } from '../services/decision/idempotency.ts'
import type { Engine } from '../services/engine.ts'
import type { SimulatedCustomer } from './population.ts'

const DAY_MS = 86_400_000
export const SEED_ACTOR = { kind: 'system', job: 'demo-seed' } as const

export type SeededCustomer = Pick<
  SimulatedCustomer,
  'externalId' | 'name' | 'kind' | 'tier' | 'timeZone' | 'consent' | 'grants'
>

/**
 * A customer who came at `sinceMs`, with this period's allowances and grants given then. Again for the same external id:
 * what is there stays, what is missing is added.
 */
export async function seedCustomer(real: Engine, customer: SeededCustomer, sinceMs: number): Promise<CustomerId> {
  let nowMs = sinceMs
  const engine: Engine = { ...real, clock: { nowMs: () => nowMs } }
  const { externalId, name, kind, tier, timeZone, consent } = customer
  const created = await createCustomer(engine, { externalId, name, kind, tier, timeZone, consent, actor: SEED_ACTOR })
  if (!('customer' in created)) throw new Error(`the policy in force has no tier ${tier}; the demo needs one`)
  const id = created.customer
  if (created.kind === 'taken' && !(await hasAllowance(engine, id))) {
    const allowances = engine.policies.current().tiers.get(tier)?.allowances ?? []
    await refreshCredits(engine, { customer: id, due: allowances.map((rule) => ({ rule: rule.id, dueAtMs: sinceMs })) })
  }
  for (const [index, grant] of customer.grants.entries()) {
    const source = `seed:${index + 1}`
    // One after the other, so that burn-down orders equal grants alike in every world.
    nowMs = sinceMs + (index + 1) * 1_000
    const terms = {
      kind: grant.kind,
      amount: grant.amount,
      priority: grant.priority,
      features: null,
      source,
      reason: grant.reason,
    }
    const result = await grantCredits(engine, {
      ...terms,
      customer: id,
      actor: SEED_ACTOR,
      effectiveAtMs: null,
      expiresAtMs: sinceMs + grant.expiresInDays * DAY_MS,
      idempotency: idempotencyOf(engine, {
        operation: 'grants',
        key: source,
        input: { ...terms, amount: grant.amount.toString() },
      }),
    })
    const given =
      result.kind === 'done' && (result.reply.status === 201 || result.reply.body.includes('duplicate_source'))
    if (!given) throw new Error(`the demo's grant ${source} of ${externalId} was refused: ${JSON.stringify(result)}`)
  }
  return id
}

async function hasAllowance(engine: Engine, id: CustomerId): Promise<boolean> {
  const seen = await engine.readers.customer(id)
  return seen?.grants.some((grant) => grant.kind === 'allowance') ?? false
}
