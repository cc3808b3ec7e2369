import type { FeatureRules, Policy, Tier } from '../policy/policy.ts'
import { maxAmount, minAmount, type MicroCredits } from '../shared/amount.ts'
import { freesAt } from '../window/included.ts'
import { draw, standingOf, type Draw } from './draw.ts'
import type { Denial, Reason, Step } from './decision.ts'
import { checkGuards, earliest, type GuardsPassed } from './guards.ts'
import type { AccessRequest } from './request.ts'
import type { CustomerState, Factors, SubjectState } from './state.ts'

export interface Situation {
  readonly request: AccessRequest
  readonly cost: MicroCredits
  readonly policy: Policy
  /** The customer's; undefined when the policy no longer has it. */
  readonly tier: Tier | undefined
  readonly state: CustomerState
  readonly rows: readonly SubjectState[]
  readonly factors: Factors
  readonly atMs: number
}

export type Evaluation = Admitted | Refused

export interface Admitted {
  readonly kind: 'admitted'
  readonly guards: GuardsPassed
  readonly draw: Draw
  readonly creditsBound: MicroCredits | null
}

export interface Refused {
  readonly kind: 'refused'
  readonly reason: Reason
  readonly layer: Denial['layer']
  readonly source: string | null
  /** What would have been covered; null when it never came to that. */
  readonly draw: Draw | null
  /** Nothing lets the request pass before this instant; null: time alone never does. */
  readonly nextChangeMs: number | null
}

/**
 * Gate, guards and layers at one instant: would this request pass? Changes nothing; decides no ids. `steps` gets what was
 * tried; null: nobody reads it.
 */
export function evaluate(situation: Situation, steps: Step[] | null): Evaluation {
  const { request, policy, state, rows, factors, atMs } = situation
  const gate = checkGate(situation)
  if (!gate.ok) {
    steps?.push(gateStep('denied', gate.reason))
    return {
      kind: 'refused',
      reason: gate.reason,
      layer: 'gate',
      source: gate.source,
      draw: null,
      nextChangeMs: null,
    }
  }
  const { tier, rules } = gate
  steps?.push(GATE_PASSED)

  const guards = checkGuards({ request, rules, state, rows, factors, atMs }, steps)
  if (!guards.ok) {
    const { guard, reason, retryAtMs } = guards.refusal
    return { kind: 'refused', reason, layer: 'guard', source: guard.id, draw: null, nextChangeMs: retryAtMs }
  }

  const creditsBound = boundOf(request, state)
  const drawn = draw(
    {
      state,
      rows,
      tier,
      rules,
      layers: policy.layers,
      names: request,
      amount: situation.cost,
      atMs,
      sources: guards.paidOnly === null ? 'all' : 'credits_only',
      creditsBound,
      into: request.mode.kind === 'authorize' ? 'held' : 'spent',
    },
    steps,
  )
  if (drawn.covered === situation.cost || enoughInPart(request, drawn.covered))
    return { kind: 'admitted', guards, draw: drawn, creditsBound }

  const shortage = blame(situation, rules, drawn, creditsBound)
  const amountsChange = nextAmountChange(situation, rules, drawn, guards.paidOnly !== null)
  if (guards.paidOnly !== null) {
    // the guard is what stands in the way of everyone who does not pay; paying is a way on
    const { guard, reason, retryAtMs } = guards.paidOnly
    return {
      kind: 'refused',
      reason,
      layer: 'guard',
      source: guard.id,
      draw: drawn,
      nextChangeMs: earliest(retryAtMs, amountsChange),
    }
  }
  const { reason, layer, source } = shortage
  return { kind: 'refused', reason, layer, source, draw: drawn, nextChangeMs: amountsChange }
}

function checkGate({
  request,
  tier,
  state,
}: Situation): { ok: true; tier: Tier; rules: FeatureRules } | { ok: false; reason: Reason; source: string | null } {
  if (state.profile.status !== 'active') return { ok: false, reason: 'customer_suspended', source: null }
  const rules = tier?.rulesFor(request.feature) ?? null
  if (tier === undefined || rules === null)
    return { ok: false, reason: 'feature_not_entitled', source: request.feature }
  if (!rules.enabled) return { ok: false, reason: 'feature_disabled', source: request.feature }
  if (!rules.entitled) return { ok: false, reason: 'feature_not_entitled', source: request.feature }
  return { ok: true, tier, rules }
}

const gateStep = (verdict: 'passed' | 'denied', why: string | null): Step => ({
  step: 'gate',
  source: 'gate',
  verdict,
  limit: null,
  found: null,
  took: null,
  why,
})

const GATE_PASSED = gateStep('passed', null)

/** How many bought credits consent and the request's own bounds let it draw; null: no bound of that sort. */
function boundOf(request: AccessRequest, state: CustomerState): MicroCredits | null {
  if (request.includedOnly) return 0n
  switch (state.profile.consent) {
    case 'off':
      return 0n
    case 'ask': {
      const consented = request.consented ?? 0n
      return request.maxCredits === null ? consented : minAmount(consented, request.maxCredits)
    }
    case 'on':
      return request.maxCredits
  }
}

function enoughInPart({ acceptPartial }: AccessRequest, covered: MicroCredits): boolean {
  return acceptPartial !== null && covered > 0n && covered >= acceptPartial.minimum
}

/** Which limit binds when value runs short: the one whose lifting would help first. */
function blame(
  { request, state, policy }: Situation,
  rules: FeatureRules,
  drawn: Draw,
  creditsBound: MicroCredits | null,
): Pick<Refused, 'reason' | 'layer' | 'source'> {
  const { needed, balance, cap } = drawn.credits
  const window = bindingWindow(drawn)
  const usesCredits = policy.layers.includes('credits')
  const unpaid = request.includedOnly || state.profile.consent === 'off' || !usesCredits
  if (unpaid && (rules.windows.length > 0 || request.includedOnly || !usesCredits))
    return { reason: 'included_exhausted', layer: 'included', source: window }
  if (balance < needed) return { reason: 'credits_insufficient', layer: 'credits', source: null }
  if (state.profile.consent === 'off' || (state.profile.consent === 'ask' && (request.consented ?? 0n) < needed))
    return { reason: 'consent_required', layer: 'credits', source: null }
  if (cap !== null && cap.remaining < needed && (creditsBound === null || cap.remaining <= creditsBound))
    return { reason: 'spend_cap_reached', layer: 'credits', source: cap.id }
  return { reason: 'max_credits_reached', layer: 'credits', source: null }
}

function bindingWindow({ views }: Draw): string | null {
  let least: Draw['views'][number] | null = null
  for (const view of views) if (least === null || view.remaining < least.remaining) least = view
  return least?.id ?? null
}

/** The next instant at which time alone gives this request more room than it has now. A lower bound, never too late. */
function nextAmountChange(
  { request, state, atMs, cost }: Situation,
  rules: FeatureRules,
  drawn: Draw,
  creditsOnly: boolean,
): number | null {
  let next: number | null = null
  if (!creditsOnly) {
    const included = drawn.lines.reduce((sum, line) => (line.layer === 'included' ? sum + line.amount : sum), 0n)
    const enough = request.acceptPartial === null ? cost : minAmount(cost, maxAmount(request.acceptPartial.minimum, 1n))
    const wanted = included + enough - drawn.covered
    for (const window of rules.windows) {
      const standing = standingOf(window, state, atMs)
      // a reset of what nobody used changes nothing
      if (window.kind === 'fixed') next = sooner(next, standing.used > 0n ? standing.resetsAtMs : null, atMs)
      else {
        const { anchorMs, timeZone } = state.profile
        const freesAtMs = freesAt(
          window,
          state.windows[window.id],
          { atMs, anchorMs, timeZone, limit: standing.limit },
          minAmount(wanted, standing.limit),
        )
        next = sooner(next, freesAtMs, atMs)
      }
    }
  }
  for (const grant of state.grants) next = sooner(next, grant.effectiveAtMs, atMs)
  const { cap } = drawn.credits
  return sooner(next, cap !== null && cap.used > 0n ? cap.resetsAtMs : null, atMs)
}

/** The earlier of the two instants; one that is not after `atMs` does not count. */
const sooner = (next: number | null, instantMs: number | null, atMs: number): number | null =>
  instantMs === null || instantMs <= atMs ? next : earliest(next, instantMs)
