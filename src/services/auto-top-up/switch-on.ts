import type { AutoTopUp } from '../../core/purchase/auto-top-up.ts'
import { monthOf } from '../../core/purchase/auto-top-up.ts'
import { packSold } from '../../core/purchase/pack.ts'
import { formatCredits, type MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { formatMoney } from '../../core/shared/money.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'
import { keptMethod } from './kept-method.ts'

export interface SwitchOnInput {
  readonly customer: CustomerId
  readonly pack: string
  readonly threshold: MicroCredits
  readonly monthlyMaxMinor: bigint
  readonly by: { readonly id: string; readonly name: string; readonly email: string | null }
  /** The sentence that the person read and agreed to. */
  readonly agreed: string
  /** Version of the settings that the person saw; 0: none. */
  readonly seenVersion: number
}

export type SwitchOnResult =
  | { readonly kind: 'on'; readonly settings: AutoTopUp }
  | { readonly kind: 'unknown_pack' }
  /** No purchase has kept a method yet. */
  | { readonly kind: 'no_method' }
  /** A pack below the threshold would fire again at once, for ever. */
  | { readonly kind: 'pack_below_threshold' }
  /** Not even one charge fits into it. */
  | { readonly kind: 'maximum_below_price' }
  /** Somebody changed the settings since, or the price or the method is not what was agreed to. */
  | { readonly kind: 'stale' }

/** A person switches auto top-up on, or changes it; nothing else ever does. What they agreed to is kept as its sentence. */
export async function switchTopUpOn(engine: PurchaseEngine, input: SwitchOnInput): Promise<SwitchOnResult> {
  const { customer, threshold, monthlyMaxMinor, by, seenVersion } = input
  const document = engine.policies.current().document.packs?.find((one) => one.id === input.pack)
  if (document === undefined) return { kind: 'unknown_pack' }
  const pack = packSold(document)
  if (pack.credits < threshold || threshold <= 0n) return { kind: 'pack_below_threshold' }
  if (pack.totalMinor > monthlyMaxMinor) return { kind: 'maximum_below_price' }
  const method = await keptMethod(engine, customer)
  if (method === null) return { kind: 'no_method' }
  const before = await engine.purchases.topUp(customer)
  if ((before?.version ?? 0) !== seenVersion) return { kind: 'stale' }

  const text = consentText({
    pack: pack.title,
    priceMinor: pack.totalMinor,
    threshold,
    monthlyMaxMinor,
    currency: pack.currency,
    method: method.label,
  })
  if (input.agreed !== text) return { kind: 'stale' }

  const nowMs = engine.clock.nowMs()
  const period = monthOf(nowMs)
  const settings: AutoTopUp = {
    customer,
    enabled: true,
    pack: pack.id,
    threshold,
    monthlyMaxMinor,
    priceMinor: pack.totalMinor,
    currency: pack.currency,
    method,
    consent: {
      by: by.id,
      name: by.name,
      email: by.email,
      atMs: nowMs,
      text,
    },
    armed: true,
    period,
    // what was charged this month stays charged: switching off and on again is no way around the maximum
    spentMinor: before?.period === period ? before.spentMinor : 0n,
    sequence: before?.sequence ?? 0,
    inFlight: before?.inFlight ?? null,
    declines: 0,
    notBeforeMs: 0,
    switchedOff: null,
    version: seenVersion + 1,
  }
  const written = await engine.purchases.putTopUp(settings, {
    id: engine.ids.next('aud', nowMs),
    actor: { kind: 'user', id: by.id },
    action: 'auto_top_up.switch_on',
    target: customer,
    customer,
    reason: null,
    detail: { consent: settings.consent.text },
    atMs: nowMs,
  })
  return written === 'changed' ? { kind: 'on', settings } : { kind: 'stale' }
}

/** The very sentence that the page shows above the switch, and that is kept with the consent. */
export function consentText(agreed: {
  readonly pack: string
  readonly priceMinor: bigint
  readonly threshold: MicroCredits
  readonly monthlyMaxMinor: bigint
  readonly currency: string
  readonly method: string
}): string {
  const { pack, priceMinor, threshold, monthlyMaxMinor, currency, method } = agreed
  return `Whenever fewer than ${formatCredits(threshold)} credits can be spent, ${method} is charged ${formatMoney(priceMinor, currency)} for "${pack}", at most ${formatMoney(monthlyMaxMinor, currency)} in a calendar month (UTC), until somebody switches it off.`
}
