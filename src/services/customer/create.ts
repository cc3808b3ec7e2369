import type { CustomerId } from '../../core/shared/ids.ts'
import { type CustomerProfile, newState } from '../../core/waterfall/state.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { idempotencyOf } from '../decision/idempotency.ts'
import type { Engine } from '../engine.ts'
import { customerBody } from './profile-body.ts'
import { refreshNow } from './refresh-now.ts'

export interface NewCustomerInput {
  readonly externalId: string | null
  readonly name: string
  readonly kind: 'person' | 'organization'
  readonly tier: string
  readonly timeZone: string
  readonly consent: CustomerProfile['consent']
  readonly actor: Actor
  /** The same key creates once, also without an external id. Absent: only that keeps the customer single. */
  readonly idempotencyKey?: string | null
}

export type CreateOutcome =
  | { readonly kind: 'created'; readonly customer: CustomerId; readonly body: string; readonly replayed: boolean }
  /** That externalId is somebody's already. */
  | { readonly kind: 'taken'; readonly customer: CustomerId }
  /** Same key, other input. */
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'unknown_tier' }

const OPERATION = 'customers.create'
const CREATED = 201

/** Provisions a customer. Its periods start now, and the allowances of its tier are due at once. */
export async function createCustomer(engine: Engine, input: NewCustomerInput): Promise<CreateOutcome> {
  const { actor, idempotencyKey = null, ...asked } = input
  const { externalId, name, kind, tier, timeZone, consent } = asked
  const rules = engine.policies.current().tiers.get(tier)
  if (rules === undefined) return { kind: 'unknown_tier' }
  const atMs = engine.clock.nowMs()
  const id = engine.ids.next('cus', atMs)
  const state = newState(id, {
    version: 1,
    atMs,
    profile: { status: 'active', tier, timeZone, anchorMs: atMs, consent, caps: [], overrides: [], resets: [] },
  })
  const body = customerBody({ id, externalId, name, kind, createdAtMs: atMs }, state)
  const created = await engine.customers.create({
    state,
    externalId,
    name,
    kind,
    createdAtMs: atMs,
    audit: {
      id: engine.ids.next('aud', atMs),
      actor,
      action: 'customer.create',
      target: id,
      customer: id,
      reason: null,
      detail: { externalId, kind, tier, timeZone, consent },
      atMs,
    },
    refreshes: rules.allowances.map((rule) => ({ rule: rule.id, dueAtMs: atMs })),
    once:
      idempotencyKey === null
        ? null
        : {
            idempotency: idempotencyOf(engine, { operation: OPERATION, key: idempotencyKey, input: asked }),
            reply: { status: CREATED, body },
          },
  })
  switch (created.kind) {
    case 'created':
      if (rules.allowances.length > 0) await refreshNow(engine, id)
      return { kind: 'created', customer: id, body, replayed: false }
    case 'replayed': {
      const { body: first } = created.reply
      return { kind: 'created', customer: (JSON.parse(first) as { id: CustomerId }).id, body: first, replayed: true }
    }
    case 'taken':
    case 'key_reused':
      return created
  }
}
