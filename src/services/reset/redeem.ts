import { bankReset as enter, type BankResult, redeemReset as redeem } from '../../core/window/banked-reset.ts'
import type { CustomerId, GrantId } from '../../core/shared/ids.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { Actor, AuditEntryDraft } from '../../ports/audit-log.ts'
import type { Plan } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { publishEvent } from '../webhook/publish.ts'

export type ResetEngine = Pick<Engine, 'customers' | 'policies' | 'clock' | 'ids' | 'signals' | 'webhooks'>

/** What came of it; `failed`: the store did not take it, so nothing changed. */
type Outcome<Refusal extends string> = 'done' | Refusal | 'failed'

/** Gives a customer the right to start a window anew, kept until `expiresAtMs`; audited. */
export function bankReset(
  engine: ResetEngine,
  input: {
    readonly customer: CustomerId
    readonly window: string
    readonly reason: string
    readonly expiresAtMs: number
    readonly actor: Actor
  },
): Promise<Outcome<Exclude<BankResult['kind'], 'banked'>>> {
  const { customer, window, reason, expiresAtMs, actor } = input
  const atMs = engine.clock.nowMs()
  const id = engine.ids.next('grt', atMs)
  return change(engine, { customer, actor, action: 'reset.grant', target: id, detail: { window, reason } }, (state) => {
    const tier = engine.policies.current().tiers.get(state.profile.tier)
    const result = enter({ state, tier, reset: { id, window, reason, expiresAtMs }, atMs })
    return result.kind === 'banked' ? result.state : result.kind
  })
}

/** Uses a banked reset: the window counts from zero again and keeps its end. Once; audited; told by webhook. */
export async function redeemReset(
  engine: ResetEngine,
  input: { readonly customer: CustomerId; readonly reset: GrantId; readonly actor: Actor },
): Promise<Outcome<'unknown_reset' | 'nothing_used'>> {
  const { customer, reset, actor } = input
  const atMs = engine.clock.nowMs()
  const entry = { customer, actor, action: 'reset.redeem', target: reset, detail: {} }
  const outcome = await change(engine, entry, (state) => {
    const tier = engine.policies.current().tiers.get(state.profile.tier)
    const result = redeem({ state, tier, reset, atMs })
    return result.kind === 'redeemed' ? result.state : result.kind
  })
  if (outcome === 'done')
    await publishEvent(engine, {
      customer,
      type: 'reset.redeemed',
      key: `reset/${reset}`,
      atMs,
      data: { customer, reset },
    })
  return outcome
}

/** One change of the state with its audit entry, or the rule's refusal and nothing written. */
async function change<Refusal extends string>(
  engine: ResetEngine,
  entry: Pick<AuditEntryDraft, 'actor' | 'action' | 'target' | 'detail'> & { readonly customer: CustomerId },
  rule: (state: CustomerState) => CustomerState | Refusal,
): Promise<Outcome<Refusal>> {
  const audit = engine.ids.next('aud', engine.clock.nowMs())
  const { customer } = entry
  const seen: { version: number; refusal: Refusal | null } = { version: 0, refusal: null }
  const result = await engine.customers.transact(customer, {
    idempotency: null,
    needs: {},
    plan({ state }): Plan {
      const next = rule(state)
      if (typeof next === 'string') {
        seen.refusal = next
        return { kind: 'answer', reply: { status: 409, body: '{}' } }
      }
      seen.refusal = null
      seen.version = next.version
      return {
        kind: 'commit',
        effects: { state: next },
        records: { audit: { ...entry, id: audit, reason: null, atMs: next.atMs } },
        reply: { status: 200, body: '{}' },
      }
    },
  })
  if (result.kind !== 'done') return 'failed'
  if (seen.refusal !== null) return seen.refusal
  engine.signals.publish({ kind: 'customer', customer, version: seen.version })
  return 'done'
}
