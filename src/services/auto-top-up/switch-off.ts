import { type AutoTopUp, off } from '../../core/purchase/auto-top-up.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'

const ATTEMPTS = 8

/** Switches auto top-up off, at once; a charge that is under way still ends. Null: it was never on. */
export async function switchTopUpOff(
  engine: PurchaseEngine,
  input: { readonly customer: CustomerId; readonly by: string },
): Promise<AutoTopUp | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const settings = await engine.purchases.topUp(input.customer)
    if (settings === null || !settings.enabled) return settings
    const nowMs = engine.clock.nowMs()
    const next = off(settings, { atMs: nowMs, why: 'person' })
    const written = await engine.purchases.putTopUp(next, {
      id: engine.ids.next('aud', nowMs),
      actor: { kind: 'user', id: input.by },
      action: 'auto_top_up.switch_off',
      target: input.customer,
      customer: input.customer,
      reason: null,
      detail: {},
      atMs: nowMs,
    })
    if (written === 'changed') return next
  }
  throw new Error('auto top-up is changed by too many at once')
}
