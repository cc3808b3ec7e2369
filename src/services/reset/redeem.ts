import { bankReset as bank, type BankResult, redeemReset as redeem } from '../../core/window/banked-reset.ts'
import type { CustomerId, GrantId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { changeState } from '../customer/change-state.ts'
import type { Engine } from '../engine.ts'
import { publishEvent } from '../webhook/publish.ts'

export type ResetEngine = Pick<Engine, 'customers' | 'policies' | 'clock' | 'ids' | 'signals' | 'webhooks'>

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
): Promise<'done' | Exclude<BankResult['kind'], 'banked'> | 'failed'> {
  const { customer, window, reason, expiresAtMs, actor } = input
  const atMs = engine.clock.nowMs()
  const id = engine.ids.next('grt', atMs)
  const entry = { customer, actor, action: 'reset.grant', target: id, detail: { window, reason } }
  return changeState(engine, entry, (state) => {
    const tier = engine.policies.current().tiers.get(state.profile.tier)
    const result = bank({ state, tier, reset: { id, window, reason, expiresAtMs }, atMs })
    return result.kind === 'banked' ? result.state : result.kind
  })
}

/** Uses a banked reset: the window counts from zero again and keeps its end. Once; audited; told by webhook. */
export async function redeemReset(
  engine: ResetEngine,
  input: { readonly customer: CustomerId; readonly reset: GrantId; readonly actor: Actor },
): Promise<'done' | 'unknown_reset' | 'nothing_used' | 'failed'> {
  const { customer, reset, actor } = input
  const atMs = engine.clock.nowMs()
  const entry = { customer, actor, action: 'reset.redeem', target: reset, detail: {} }
  const outcome = await changeState(engine, entry, (state) => {
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
