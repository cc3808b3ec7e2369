import type { Counted, Guard, Tier } from '../../core/policy/policy.ts'
import { overrideOf } from '../../core/policy/override.ts'
import type { CustomerId, LimitRequestId, UserId } from '../../core/shared/ids.ts'
import type { CustomerState, Factors, Override, SpendCap } from '../../core/waterfall/state.ts'
import { checkGuard } from '../../core/window/guard.ts'
import type { LimitRequest } from '../../ports/limit-request-store.ts'
import { featureTitle } from '../access/sources.ts'
import { type WindowCard, windowCards } from '../access/windows.ts'
import { capsView, type CapView } from '../alert/caps-view.ts'
import type { Engine } from '../engine.ts'
import { type LimitTarget, titleOfId, writtenLimit } from './limit-of-target.ts'

/** One limit in force. Windows and caps: micro-credits; guards: what `rule` says that they count. */
export interface LimitView {
  readonly target: LimitTarget
  readonly title: string
  readonly limit: bigint
  /** Null: counted for each subject, task or feature on its own. */
  readonly used: bigint | null
  /** When something or all of it comes back; null when nothing has to, or nothing does by itself. */
  readonly againAtMs: number | null
  /** By their titles; null: all of the tier. */
  readonly features: readonly string[] | null
  readonly rule: LimitRule
  /** What replaces the tier's own limit, while it does. */
  readonly override: OverrideView | null
  /** The open request for more of it. */
  readonly waiting: LimitRequestId | null
}

export type LimitRule =
  | { readonly kind: 'window'; readonly window: Pick<WindowCard, 'kind' | 'period' | 'lengthMs'> }
  | {
      readonly kind: 'guard'
      readonly guard: Guard['kind']
      readonly counts: 'requests' | 'holds' | { readonly title: string; readonly unit: string }
      /** Burst: the time in which all of it refills. Sliding: how far back it counts. Concurrency: null. */
      readonly lengthMs: number | null
      readonly each: 'customer' | 'subject' | 'feature'
      /** Asked only in place of another that refused, for requests that credits pay for. */
      readonly paidOnly: boolean
      /** It scales with the load at the moment: this is less than what the tier says. */
      readonly reduced: boolean
    }
  | {
      readonly kind: 'cap'
      readonly scope: SpendCap['scope']
      readonly subject: string | null
      readonly period: SpendCap['period']
      /** Set by the customer, who changes it without asking anybody. */
      readonly own: boolean
    }

export interface OverrideView {
  readonly tierLimit: bigint
  readonly reason: string
  readonly untilMs: number | null
  /** The request that it was approved on, and by whom; null: the operator set it unasked. */
  readonly by: { readonly request: LimitRequestId; readonly name: string | null; readonly atMs: number } | null
}

export interface LimitsView {
  readonly asOfMs: number
  readonly timeZone: string
  readonly tier: string
  readonly windows: readonly LimitView[]
  readonly guards: readonly LimitView[]
  readonly caps: readonly LimitView[]
  /** Newest first. */
  readonly requests: readonly RequestView[]
}

/** A request as its customer sees it: staff by name, or by none once they are gone. */
export type RequestView = Omit<LimitRequest, 'customer' | 'askedBy' | 'outcome'> & {
  readonly outcome: Named<LimitRequest['outcome']>
}
type Named<Answer> = Answer extends { readonly answeredBy: UserId }
  ? Omit<Answer, 'answeredBy'> & { readonly answeredByName: string | null }
  : Answer

type ViewEngine = Pick<Engine, 'readers' | 'policies' | 'limitRequests' | 'identity' | 'clock' | 'factors'>

/** Every limit that binds this customer now, as the gate counts it; null when there is no such customer. */
export async function limitsView(engine: ViewEngine, customer: CustomerId): Promise<LimitsView | null> {
  const [seen, caps, requests] = await Promise.all([
    engine.readers.customer(customer),
    capsView(engine, customer),
    engine.limitRequests.list(customer),
  ])
  const policy = engine.policies.current()
  const tier = seen === null ? undefined : policy.tiers.get(seen.state.profile.tier)
  if (seen === null || caps === null || tier === undefined) return null
  const { state } = seen
  const asOfMs = Math.max(engine.clock.nowMs(), state.atMs)
  const factors = engine.factors.factorsFor({ customer, subject: null, feature: '*' })
  const names = await answerers(engine, requests)
  const about = (target: LimitTarget, tierLimit: bigint) => ({
    target,
    override: overrideView({ state, target, tierLimit, asOfMs, requests, names }),
    waiting: requests.find((one) => one.outcome.state === 'open' && same(one.target, target))?.id ?? null,
  })
  const meters = policy.document.meters
  const shown = ({ features, ...rest }: Shown): Shown => ({
    ...rest,
    features: features?.map((feature) => featureTitle(feature, policy)) ?? null,
  })
  return {
    asOfMs,
    timeZone: state.profile.timeZone,
    tier: tier.title,
    windows: windowCards(tier, state, asOfMs).map((window, at) => ({
      ...about({ kind: 'window', id: window.id }, tier.windows[at]?.limit ?? window.limit),
      ...shown(windowLimit(window)),
    })),
    guards: tier.guards.map((guard) => ({
      ...about({ kind: 'guard', id: guard.id }, writtenLimit(guard)),
      ...shown(guardLimit(guard, state, { asOfMs, factors, meters, tier })),
    })),
    caps: caps.caps.map((cap) => ({
      ...about({ kind: 'cap', id: cap.id }, writtenCap(tier, state, cap)),
      ...capLimit(cap),
    })),
    requests: requests.map((request) => requestView(request, names)),
  }
}

function requestView(
  { customer: _customer, askedBy: _askedBy, outcome, ...request }: LimitRequest,
  names: ReadonlyMap<string, string>,
): RequestView {
  if (outcome.state === 'open') return { ...request, outcome }
  const { answeredBy, ...answer } = outcome
  return { ...request, outcome: { ...answer, answeredByName: names.get(answeredBy) ?? null } }
}

type Shown = Omit<LimitView, 'target' | 'override' | 'waiting'>

const windowLimit = (window: WindowCard): Shown => ({
  title: window.title,
  limit: window.limit,
  used: window.used,
  againAtMs: window.used === 0n ? null : window.resetsAtMs,
  features: window.features,
  rule: { kind: 'window', window: { kind: window.kind, period: window.period, lengthMs: window.lengthMs } },
})

function guardLimit(
  guard: Guard,
  state: CustomerState,
  at: {
    asOfMs: number
    factors: Factors
    meters: Readonly<Record<string, { title: string; unit: string }>>
    tier: Tier
  },
): Shown {
  const limitPermille = Math.floor((at.factors.load * at.factors.behaviour) / 1000)
  const limitOverride = overrideOf(state.profile, { kind: 'guard', id: guard.id }, at.asOfMs)
  const shared = guard.scope === 'customer' && !guard.perFeature
  const seen = shared ? state.guards[guard.key] : undefined
  const check = checkGuard(guard, seen, { units: 0, atMs: at.asOfMs, limitPermille, limitOverride })
  const limit = Math.floor(check.limit)
  const used = check.ok ? limit - Math.floor(check.remaining) : limit
  return {
    title: titleOfId(guard.id),
    limit: BigInt(limit),
    used: shared ? BigInt(used) : null,
    againAtMs: shared && check.ok && used > 0 ? check.resetsAtMs : null,
    features: guard.features,
    rule: {
      kind: 'guard',
      guard: guard.kind,
      counts: guard.kind === 'concurrency' ? 'holds' : countedOf(guard.counts, at.meters),
      lengthMs: lengthOf(guard),
      each: guard.scope === 'subject' ? 'subject' : guard.perFeature ? 'feature' : 'customer',
      paidOnly: at.tier.guards.some(({ paidUse }) => paidUse === guard.id),
      reduced: limitPermille < 1000,
    },
  }
}

/** An override leaves it as it is: of a burst guard it changes the rate in proportion. */
function lengthOf(guard: Guard): number | null {
  if (guard.kind === 'concurrency') return null
  return guard.kind === 'sliding' ? guard.windowMs : Math.ceil((guard.burst * guard.perMs) / guard.rate)
}

const countedOf = (counts: Counted, meters: Readonly<Record<string, { title: string; unit: string }>>) =>
  counts.kind === 'requests' ? 'requests' : (meters[counts.meter] ?? { title: counts.meter, unit: 'unit' })

const capLimit = (cap: CapView): Shown => ({
  title: cap.own ? 'Your own cap' : titleOfId(cap.id),
  limit: cap.limit,
  used: cap.used,
  againAtMs: cap.used === null || cap.used === 0n ? null : cap.resetsAtMs,
  features: null,
  rule: { kind: 'cap', scope: cap.scope, subject: cap.subject, period: cap.period, own: cap.own },
})

const writtenCap = (tier: Tier, state: CustomerState, { id, limit }: CapView): bigint =>
  [...tier.caps, ...state.profile.caps].find((cap) => cap.id === id)?.limit ?? limit

const same = (a: LimitTarget, b: LimitTarget): boolean => a.kind === b.kind && a.id === b.id

function overrideView(input: {
  state: CustomerState
  target: LimitTarget
  tierLimit: bigint
  asOfMs: number
  requests: readonly LimitRequest[]
  names: ReadonlyMap<string, string>
}): OverrideView | null {
  const { state, target, tierLimit, asOfMs, requests, names } = input
  const inForce = state.profile.overrides.findLast(
    (one) => same(one.target, target) && (one.expiresAtMs === null || one.expiresAtMs > asOfMs),
  )
  if (inForce === undefined) return null
  return { tierLimit, reason: inForce.reason, untilMs: inForce.expiresAtMs, by: approvalOf(inForce, requests, names) }
}

/** The newest approval that promised exactly this. */
function approvalOf(
  { target, limit, expiresAtMs }: Override,
  requests: readonly LimitRequest[],
  names: ReadonlyMap<string, string>,
): OverrideView['by'] {
  for (const { id, target: asked, outcome } of requests) {
    if (outcome.state !== 'approved' || !same(asked, target)) continue
    if (outcome.granted !== limit || outcome.grantedUntilMs !== expiresAtMs) continue
    return { request: id, name: names.get(outcome.answeredBy) ?? null, atMs: outcome.answeredAtMs }
  }
  return null
}

/** Names of the staff who answered. */
async function answerers(
  { identity }: Pick<Engine, 'identity'>,
  requests: readonly LimitRequest[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(requests.flatMap(({ outcome }) => (outcome.state === 'open' ? [] : [outcome.answeredBy])))
  const users = await Promise.all([...ids].map((id) => identity.userById(id)))
  return new Map(users.flatMap((user) => (user === null ? [] : [[user.id, user.name] as const])))
}
