import type { Guard } from '../../core/policy/policy.ts'
import type { Hold } from '../../core/hold/hold.ts'
import { assert } from '../../core/shared/assert.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerProfile, Factors } from '../../core/waterfall/state.ts'
import type { Customer } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'
import { type BalanceView, balanceOf, type GrantView, grantViews } from './balance.ts'
import { type PayingNow, payingNow } from './paying-now.ts'
import { type WindowCard, windowCards } from './windows.ts'

/**
 * What a customer may still do, from one read of one state version: amounts in micro-credits, times in epoch ms.
 * Portal and HTTP API show this and nothing computed elsewhere.
 */
export interface AccessView {
  readonly customer: Customer
  readonly asOfMs: number
  readonly stateVersion: number
  readonly policyVersion: number
  readonly status: CustomerProfile['status']
  readonly tier: { readonly id: string; readonly title: string }
  readonly timeZone: string
  readonly consent: CustomerProfile['consent']
  readonly windows: readonly WindowCard[]
  readonly guards: readonly GuardView[]
  /** With something left, in the order they are drawn. */
  readonly grants: readonly GrantView[]
  readonly balance: BalanceView
  /** Of `balance`, what was bought. */
  readonly credits: BalanceView
  readonly debt: MicroCredits
  readonly factors: Factors
  /** Soonest expiry first, at most 200 of `openHoldsTotal`. */
  readonly openHolds: readonly Hold[]
  readonly openHoldsTotal: number
  readonly payingNow: readonly PayingNow[]
  readonly settledVersion: number
  /** Absolute difference of `granted = settled + spent + expired + revoked`, over all grants, and of parts below zero. */
  readonly unexplained: MicroCredits
}

export interface GuardView {
  readonly id: string
  readonly kind: Guard['kind']
  readonly scope: Guard['scope']
  readonly features: readonly string[] | null
  /** Units in `perMs`; for concurrency, open holds at one time, and `perMs` null. */
  readonly limit: number
  readonly perMs: number | null
}

/** The customer's access now; null when there is no such customer. */
export async function accessView(engine: Engine, customerId: CustomerId): Promise<AccessView | null> {
  const seen = await engine.readers.customer(customerId)
  if (seen === null) return null
  const { state } = seen
  const policy = engine.policies.current()
  const tier = policy.tiers.get(state.profile.tier)
  assert(tier !== undefined, `tier ${state.profile.tier} is in policy version ${policy.version}`)
  const asOfMs = Math.max(engine.clock.nowMs(), state.atMs)
  const windows = windowCards(tier, state, asOfMs)
  const grants = grantViews(seen, policy.layers, asOfMs)
  return {
    customer: seen.customer,
    asOfMs,
    stateVersion: state.version,
    policyVersion: policy.version,
    status: state.profile.status,
    tier: { id: tier.id, title: tier.title },
    timeZone: state.profile.timeZone,
    consent: state.profile.consent,
    windows,
    guards: tier.guards.map(guardView),
    grants,
    balance: balanceOf(grants, asOfMs),
    credits: balanceOf(grants, asOfMs, 'credits'),
    debt: state.debt,
    factors: engine.factors.factorsFor({ customer: customerId, subject: null, feature: '*' }),
    openHolds: seen.openHolds,
    openHoldsTotal: seen.openHoldsTotal,
    payingNow: payingNow(policy, tier, { profile: state.profile, windows, grants }),
    settledVersion: seen.head.settledVersion,
    unexplained: unexplainedOf(seen.grants, grants),
  }
}

function guardView(guard: Guard): GuardView {
  const { id, kind, scope, features } = guard
  if (guard.kind === 'burst') return { id, kind, scope, features, limit: guard.burst, perMs: guard.perMs }
  if (guard.kind === 'sliding') return { id, kind, scope, features, limit: guard.limit, perMs: guard.windowMs }
  return { id, kind, scope, features, limit: guard.limit, perMs: null }
}

type Conserved = { amount: bigint; balance: bigint; spent: bigint; expired: bigint; revoked: bigint }

function unexplainedOf(ledger: readonly Conserved[], grants: readonly GrantView[]): MicroCredits {
  const size = (value: bigint) => (value < 0n ? -value : value)
  const conserved = ledger.reduce(
    (sum, one) => sum + size(one.amount - one.balance - one.spent - one.expired - one.revoked),
    0n,
  )
  return grants.reduce((sum, grant) => sum + (grant.pending < 0n ? -grant.pending : 0n), conserved)
}
