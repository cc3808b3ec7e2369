import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerProfile, CustomerState, Override, SpendCap } from '../../core/waterfall/state.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Records } from '../../ports/customer-state.ts'
import { idempotencyOf } from '../decision/idempotency.ts'
import { type Answered, answeredOr, type NotDone } from '../decision/outcome.ts'
import type { Engine } from '../engine.ts'
import { customerBody } from './profile-body.ts'
import { refreshNow } from './refresh-now.ts'

/** What is absent stays as it is. */
export interface CustomerChange {
  readonly name?: string
  readonly tier?: string
  readonly timeZone?: string
  readonly consent?: CustomerProfile['consent']
  readonly status?: CustomerProfile['status']
  readonly caps?: readonly SpendCap[]
  readonly overrides?: readonly Override[]
}

export interface UpdateInput {
  readonly customer: CustomerId
  readonly change: CustomerChange
  readonly reason: string | null
  readonly actor: Actor
  readonly idempotencyKey: string | null
}

export type UpdateOutcome = Answered | NotDone | { readonly kind: 'unknown_tier' }

/**
 * Changes a customer's profile in one change with its audit entry. Another tier's allowances are due at once; grants of
 * the one before stay until they end.
 */
export async function updateCustomer(engine: Engine, input: UpdateInput): Promise<UpdateOutcome> {
  const { customer: id, change, reason, actor, idempotencyKey } = input
  const { name, ...profileChange } = change
  const policy = engine.policies.current()
  const tier = change.tier === undefined ? null : policy.tiers.get(change.tier)
  if (tier === undefined) return { kind: 'unknown_tier' }
  const seen = await engine.readers.customer(id)
  if (seen === null) return { kind: 'unknown_customer' }
  const customer = { ...seen.customer, name: name ?? seen.customer.name }

  const now = engine.clock.nowMs()
  const audit = engine.ids.next('aud', now)
  let version = 0
  const result = await engine.customers.transact(id, {
    idempotency:
      idempotencyKey === null
        ? null
        : idempotencyOf(engine, { operation: 'customers', key: idempotencyKey, input: { change, reason } }),
    needs: {},
    plan({ state }) {
      const atMs = Math.max(now, state.atMs)
      const profile: CustomerProfile = { ...state.profile, ...profileChange }
      version = state.version + 1
      const next: CustomerState = { ...state, version, atMs, profile }
      const records: Records = {
        audit: {
          id: audit,
          actor,
          action: 'customer.update',
          target: id,
          customer: id,
          reason,
          detail: detailOf(state.profile, change),
          atMs,
        },
        ...(tier === null || change.tier === state.profile.tier
          ? {}
          : { refreshes: tier.allowances.map((rule) => ({ rule: rule.id, dueAtMs: atMs })) }),
        ...(name === undefined ? {} : { customer: { name } }),
      }
      return {
        kind: 'commit',
        effects: { state: next },
        records,
        reply: { status: 200, body: customerBody(customer, next) },
      }
    },
  })
  if (result.kind === 'done' && !result.replayed) {
    engine.signals.publish({ kind: 'customer', customer: id, version })
    if (tier !== null && tier.allowances.length > 0) await refreshNow(engine, id)
  }
  return answeredOr(result)
}

/** Before and after of what was changed; amounts as text. */
function detailOf(before: CustomerProfile, change: CustomerChange): Record<string, unknown> {
  const was = Object.fromEntries(
    Object.keys(change).map((name) => [name, name in before ? before[name as keyof CustomerProfile] : null]),
  )
  return JSON.parse(
    JSON.stringify({ before: was, after: change }, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ),
  ) as Record<string, unknown>
}
