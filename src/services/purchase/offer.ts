import { describeCap, describeGuard } from '../../core/policy/describe.ts'
import type { GuardDocument, PolicyDocument } from '../../core/policy/document.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { expiryOf, packSold } from '../../core/purchase/pack.ts'
import { isOpen } from '../../core/purchase/purchase.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { balanceOf, grantViews } from '../access/balance.ts'
import type { PurchaseEngine } from './purchase-engine.ts'
import { purchaseRow } from './view.ts'

const DAY_MS = 86_400_000
const LOOK_BACK_DAYS = 7
/** Usage that is looked at for the estimate, at most. */
const EVENTS = 500
const RECENT = 20

/**
 * What a person needs to know before they pay: what they used, what each pack is, what it opens and what it does not,
 * and whether they have agreed to spend it at all. Null: there is no such customer.
 */
export async function viewOffer(engine: PurchaseEngine, customer: CustomerId) {
  const [seen, recent, pace] = await Promise.all([
    engine.readers.customer(customer),
    engine.purchases.list({ customer, cursor: null, limit: RECENT }),
    paceOf(engine, customer),
  ])
  if (seen === null) return null
  const policy = engine.policies.current()
  const nowMs = engine.clock.nowMs()
  const { profile } = seen.state
  return {
    asOfMs: nowMs,
    seller: engine.payments?.processor ?? null,
    timeZone: profile.timeZone,
    consent: profile.consent,
    packs: (policy.document.packs ?? []).map((document) => {
      const pack = packSold(document)
      return { ...pack, expiresAtMs: expiryOf(pack, nowMs) }
    }),
    policyVersion: policy.version,
    credits: balanceOf(grantViews(seen, policy.layers, nowMs), nowMs, 'credits'),
    debt: seen.state.debt,
    pace,
    ...effectOf(policy, profile.tier),
    caps: profile.caps.map((cap) => describeCap({ ...cap, limit: `${cap.limit}` })),
    open: recent.items.filter(isOpen).map(purchaseRow),
    intent: intentAfter(recent.items.find((one) => !isOpen(one))?.id ?? null),
  }
}

/** The same for every tab that saw the same purchases end: two of them that buy the same pack buy it once. */
const intentAfter = (last: string | null): string => `after/${last ?? 'none'}`

/** What was used and what of it nothing but credits paid, a day, over the last week or the latest 500 events. */
async function paceOf(engine: PurchaseEngine, customer: CustomerId) {
  const nowMs = engine.clock.nowMs()
  const { items } = await engine.readers.usageEvents({ customer, cursor: null, limit: EVENTS })
  const recent = items.filter(({ effectiveAtMs }) => effectiveAtMs > nowMs - LOOK_BACK_DAYS * DAY_MS)
  const oldest = recent.at(-1)?.effectiveAtMs ?? nowMs
  const spanMs = items.length === EVENTS ? BigInt(Math.max(nowMs - oldest, 60_000)) : BigInt(LOOK_BACK_DAYS * DAY_MS)
  const aDay = (sum: MicroCredits): MicroCredits => (sum * BigInt(DAY_MS)) / spanMs
  let used = 0n
  let byCredits = 0n
  for (const event of recent) {
    used += event.cost
    for (const line of event.lines) {
      const uncovered = line.kind === 'absorbed' || line.kind === 'debt'
      if (uncovered || (line.kind === 'grant' && line.layer === 'credits')) byCredits += line.amount
    }
  }
  return {
    events: recent.length,
    usedADay: aDay(used),
    byCreditsADay: aDay(byCredits),
    sinceMs: nowMs - Number(spanMs),
  }
}

/** In sentences: what bought credits pay for in this tier, and the limits that stay whatever is bought. */
function effectOf(policy: Policy, tierId: string): { lifts: readonly string[]; stays: readonly string[] } {
  const { document, layers } = policy
  const tier = document.tiers[tierId]
  if (tier === undefined || !layers.includes('credits')) {
    return { lifts: [], stays: ['Credits are not drawn under the present policy.'] }
  }
  const features = Object.entries(document.features).filter(
    ([id, { enabled }]) => enabled !== false && (tier.features === '*' || tier.features.includes(id)),
  )
  const windows = tier.windows.map(({ title }) => title)
  const lifts = features.map(([, { title }]) => `${title}, once included windows and other grants are used up`)
  if (windows.length > 0) lifts.push(`Work goes on while these are used up: ${windows.join(', ')}`)
  const said = (guard: GuardDocument): string => describeGuard(withMeterTitle(guard, document.meters))
  const byId = new Map(tier.guards.map((guard) => [guard.id, guard]))
  const stays: string[] = []
  for (const guard of tier.guards) {
    const higher = guard.paidUse === undefined ? undefined : byId.get(guard.paidUse)
    if (higher === undefined) stays.push(said(guard))
    else lifts.push(`Paid requests may go above ${said(guard)}, up to ${said(higher)}`)
  }
  stays.push(...(tier.caps ?? []).map((cap) => `Spend cap: ${describeCap(cap)}`))
  return { lifts, stays: [...new Set(stays)] }
}

/** For somebody who buys: a meter is called by its title, not by its id. */
function withMeterTitle(guard: GuardDocument, meters: PolicyDocument['meters']): GuardDocument {
  if (guard.kind === 'concurrency' || guard.counts === 'requests') return guard
  const { meter } = guard.counts
  return { ...guard, counts: { meter: meters[meter]?.title.toLowerCase() ?? meter } }
}
