import { monthOf, MOST_DECLINES } from '../../core/purchase/auto-top-up.ts'
import { packSold } from '../../core/purchase/pack.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { balanceOf, grantViews } from '../access/balance.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'
import { purchaseRow } from '../purchase/view.ts'
import { keptMethod } from './kept-method.ts'

const RECENT = 50
const SHOWN = 8

/** Auto top-up as its page shows it; null: there is no such customer. `settings` null: never switched on. */
export async function viewTopUp(engine: PurchaseEngine, customer: CustomerId) {
  const [seen, settings, method, recent] = await Promise.all([
    engine.readers.customer(customer),
    engine.purchases.topUp(customer),
    keptMethod(engine, customer),
    engine.purchases.list({ customer, cursor: null, limit: RECENT }),
  ])
  if (seen === null) return null
  const policy = engine.policies.current()
  const nowMs = engine.clock.nowMs()
  const sameMonth = settings?.period === monthOf(nowMs)
  return {
    asOfMs: nowMs,
    seller: engine.payments?.processor ?? null,
    timeZone: seen.state.profile.timeZone,
    consent: seen.state.profile.consent,
    available: balanceOf(grantViews(seen, policy.layers, nowMs), nowMs).available,
    method,
    packs: (policy.document.packs ?? []).map(packSold),
    mostDeclines: MOST_DECLINES,
    settings:
      settings === null
        ? null
        : {
            enabled: settings.enabled,
            pack: settings.pack,
            threshold: settings.threshold,
            monthlyMaxMinor: settings.monthlyMaxMinor,
            currency: settings.currency,
            method: settings.method.label,
            consent: { by: settings.consent.name, atMs: settings.consent.atMs, text: settings.consent.text },
            spentMinor: sameMonth ? settings.spentMinor : 0n,
            inFlight: settings.inFlight?.purchase ?? null,
            declines: settings.declines,
            notBeforeMs: settings.notBeforeMs,
            switchedOff: settings.switchedOff,
            version: settings.version,
          },
    fired: recent.items
      .filter(({ origin }) => origin === 'auto_top_up')
      .slice(0, SHOWN)
      .map(purchaseRow),
  }
}
