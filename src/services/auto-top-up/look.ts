import { type AutoTopUp, decideTopUp, off, releaseTopUp } from '../../core/purchase/auto-top-up.ts'
import { packSold } from '../../core/purchase/pack.ts'
import { isOpen, NO_FACTS, type PackSold } from '../../core/purchase/purchase.ts'
import { unreachable } from '../../core/shared/assert.ts'
import type { PurchaseId } from '../../core/shared/ids.ts'
import { balanceOf, grantViews } from '../access/balance.ts'
import { hearPayment } from '../purchase/hear.ts'
import type { PurchaseEngine } from '../purchase/purchase-engine.ts'
import { chargeAgain } from './charge.ts'
import { endOfTopUp } from './end.ts'
import { methodDisputed } from './kept-method.ts'

const FIRST_LOOK_MS = 15_000
const ACTOR = { kind: 'system', job: 'auto-top-up' } as const

/**
 * Looks at one customer's balance and charges if it has crossed the threshold. The charge is reserved in the settings
 * before anything is asked of the processor, so that of two looks one charges, and one that was cut off is taken up
 * again under the same purchase. True when something was done.
 */
export async function lookAtTopUp(engine: PurchaseEngine, settings: AutoTopUp): Promise<boolean> {
  const { customer } = settings
  const policy = engine.policies.current()
  const document = policy.document.packs?.find((one) => one.id === settings.pack && one.currency === settings.currency)
  const pack = document === undefined ? null : packSold(document)
  if (settings.inFlight !== null) return takeUp(engine, settings, pack)
  const view = await engine.readers.customer(customer)
  if (view === null || engine.payments === null || view.state.profile.status !== 'active') return false
  const nowMs = engine.clock.nowMs()
  const decision = decideTopUp(settings, {
    available: balanceOf(grantViews(view, policy.layers, nowMs), nowMs).available,
    creditsUsable: view.state.profile.consent !== 'off' && policy.layers.includes('credits'),
    priceMinor: pack?.totalMinor ?? null,
    purchase: engine.ids.next('pur', nowMs),
    nowMs,
  })
  switch (decision.kind) {
    case 'rest':
      return false
    case 'arm':
      return (await engine.purchases.putTopUp(decision.next, null)) === 'changed'
    case 'switch_off':
      return switchOff(engine, decision.next)
    case 'charge':
      if (await methodDisputed(engine, customer, settings.method.handle))
        return switchOff(engine, off(settings, { atMs: nowMs, why: 'disputed' }))
      if ((await engine.purchases.putTopUp(decision.next, audit(engine, 'auto_top_up.charge', customer))) === 'stale')
        return false
      return takeUp(engine, decision.next, pack)
    default:
      return unreachable(decision)
  }
}

/** Goes on with the charge that the settings hold in flight, wherever it was left. */
async function takeUp(engine: PurchaseEngine, settings: AutoTopUp, pack: PackSold | null): Promise<boolean> {
  const { inFlight, customer, consent } = settings
  if (inFlight === null) return false
  const nowMs = engine.clock.nowMs()
  const known = await engine.purchases.read(inFlight.purchase)
  if (known !== null) {
    if (isOpen(known)) return false
    await endOfTopUp(engine, known)
    return true
  }
  // what was reserved is not what would be charged now: it begins anew, under what was agreed to
  if (pack?.totalMinor !== inFlight.amountMinor)
    return (await engine.purchases.putTopUp(releaseTopUp(settings), null)) === 'changed'
  const { purchase } = await engine.purchases.start(
    {
      id: inFlight.purchase,
      customer,
      intent: `auto/${inFlight.period}/${settings.sequence}`,
      origin: 'auto_top_up',
      buyer: { id: consent.by, name: consent.name, email: consent.email },
      pack,
      policyVersion: engine.policies.current().version,
      keepMethod: false,
      createdAtMs: nowMs,
      version: 1,
      facts: NO_FACTS,
    },
    nowMs + FIRST_LOOK_MS,
    audit(engine, 'purchase.start', customer, inFlight.purchase),
  )
  for (const event of await chargeAgain(engine, purchase)) await hearPayment(engine, event)
  return true
}

const WHY_OFF: Partial<Record<NonNullable<AutoTopUp['switchedOff']>['why'], string>> = {
  price_rose: 'The pack costs more than you agreed to.',
  pack_gone: 'The pack is no longer sold.',
  disputed: 'A payment by its method was disputed.',
}

/** It ends by itself, and whoever agreed to it is told. */
async function switchOff(engine: PurchaseEngine, next: AutoTopUp): Promise<boolean> {
  const { customer, consent, switchedOff, version } = next
  const written = await engine.purchases.putTopUp(next, audit(engine, 'auto_top_up.switch_off', customer))
  if (written === 'stale') return false
  if (consent.email === null) return true
  await engine.mailer.queue({
    key: `auto_top_up/off/${customer}/${version}`,
    to: consent.email,
    customer,
    content: {
      template: 'auto_top_up',
      outcome: 'switched_off',
      credits: 0n,
      reason: WHY_OFF[switchedOff?.why ?? 'person'] ?? null,
      link: `${engine.publicUrl}/app/auto-top-up`,
    },
  })
  return true
}

function audit(engine: PurchaseEngine, action: string, customer: string, target: PurchaseId | null = null) {
  const atMs = engine.clock.nowMs()
  return {
    id: engine.ids.next('aud', atMs),
    actor: ACTOR,
    action,
    target: target ?? customer,
    customer,
    reason: null,
    detail: {},
    atMs,
  }
}
