import { expireUnreported } from '../hold/expire.ts'
import type { Hold, HoldLine } from '../hold/hold.ts'
import { costOf } from '../pricing/cost.ts'
import type { Policy } from '../policy/policy.ts'
import type { UsageEvent } from '../settlement/events.ts'
import { assert } from '../shared/assert.ts'
import type { DecisionId, HoldId, UsageEventId } from '../shared/ids.ts'
import type { Decision, Denial, Step, WindowView } from './decision.ts'
import { standingOf, viewOf } from './draw.ts'
import { SEEN_HOLDS_BOUND, type Effects, type Needs, type Seen, type Snapshot } from './effects.ts'
import { evaluate, type Admitted, type Refused, type Situation } from './evaluate.ts'
import { countGuards } from './guards.ts'
import type { AccessRequest } from './request.ts'
import { retryAt } from './retry.ts'
import { changedRows, pickRows } from './rows.ts'
import type { CustomerState, Factors, SubjectState } from './state.ts'
import { usageLine } from './usage-line.ts'
import { waysOn } from './ways-on.ts'

export interface DecideInput {
  readonly snapshot: Snapshot
  readonly request: AccessRequest
  readonly policy: Policy
  readonly factors: Factors
  readonly atMs: number
  readonly ids: { readonly decision: DecisionId; readonly hold: HoldId; readonly usageEvent: UsageEventId }
}

export type DecideResult =
  | { readonly kind: 'needs'; readonly needs: Needs }
  /** `seen` is what must be kept with the decision so that `redecide` gives the same again. */
  | { readonly kind: 'decided'; readonly decision: Decision; readonly effects: Effects; readonly seen: Seen }

/**
 * How much is allowed, and from where? The whole waterfall for one request, on one state, at one instant.
 *
 * Pure: the same input gives the same answer. The request's feature and meters must have been priced before (`priceOf`),
 * so that a malformed request never gets here. A denial has no effects.
 */
export function decide(input: DecideInput): DecideResult {
  const { request, policy, factors, ids } = input
  const named = pickRows(input.snapshot, request)
  if (!named.ok) return { kind: 'needs', needs: { subjects: named.missing } }

  // time never runs back for a customer, whatever the clocks of the processes say
  const atMs = Math.max(input.atMs, input.snapshot.state.atMs)
  const tier = policy.tiers.get(input.snapshot.state.profile.tier)
  const current = expireUnreported(input.snapshot, { rows: named.rows, tier, atMs })
  if (current.kind === 'needs') return current

  const cost = costOf(policy, request.feature, request.price, request.attributes)
  assert(cost !== null, 'a request is priced before it is decided')
  const { state, rows } = current
  const situation: Situation = { request, cost, policy, tier, state, rows, factors, atMs }
  const trace: Step[] = []
  const evaluation = evaluate(situation, trace)

  if (evaluation.kind === 'refused') {
    let retry = retryAt(situation, evaluation, NO_HOLDS)
    const looksAtHolds = retry.shortage && state.openHolds > 0
    if (looksAtHolds && input.snapshot.openHolds === null) return { kind: 'needs', needs: { openHolds: true } }
    const openHolds = looksAtHolds ? current.openHolds.slice(0, SEEN_HOLDS_BOUND) : NO_HOLDS
    if (looksAtHolds) retry = retryAt(situation, evaluation, openHolds)
    const decision = denied(situation, evaluation, { trace, retryAtMs: retry.atMs, id: ids.decision })
    return { kind: 'decided', decision, effects: UNCHANGED, seen: { state, subjects: rows, openHolds } }
  }
  const admitted = admit(situation, evaluation, { trace, ids })
  const effects: Effects = {
    state: admitted.state,
    subjects: changedRows(admitted.rows, input.snapshot),
    holds: admitted.hold === null ? current.ended : [...current.ended, admitted.hold],
    usageEvents: admitted.usage === null ? NO_USAGE : [admitted.usage],
  }
  return { kind: 'decided', decision: admitted.decision, effects, seen: { state, subjects: rows, openHolds: NO_HOLDS } }
}

const NO_HOLDS: readonly Hold[] = []
const NO_USAGE: readonly UsageEvent[] = []
const UNCHANGED: Effects = { state: null }

function denied(
  situation: Situation,
  refused: Refused,
  { trace, retryAtMs, id }: { trace: readonly Step[]; retryAtMs: number | null; id: DecisionId },
): Decision {
  const { request, policy, tier, state, atMs, cost } = situation
  const denial: Denial = {
    reason: refused.reason,
    layer: refused.layer,
    source: refused.source,
    retryable: retryAtMs !== null,
    retryAtMs,
    waysOn: waysOn(situation, refused, retryAtMs),
  }
  const rules = tier?.rulesFor(request.feature) ?? null
  const windows: readonly WindowView[] =
    rules?.windows.map((window) => viewOf({ window, standing: standingOf(window, state, atMs) })) ?? []
  const told = trace.map(wouldHave)
  told.push(outcomeStep('denied', cost, refused.draw?.covered ?? null, refused.reason))
  return {
    id,
    customer: state.customer,
    atMs,
    outcome: 'denied',
    cost,
    granted: 0n,
    funding: [],
    hold: null,
    denial,
    windows,
    policyVersion: policy.version,
    stateVersion: state.version,
    trace: told,
  }
}

/** A denial draws nothing: what a source would have paid is told as such. */
function wouldHave(told: Step): Step {
  if (told.verdict !== 'took') return told
  const { step, source, limit, found, took } = told
  return { step, source, verdict: 'passed', limit, found, took, why: 'would_cover' }
}

const outcomeStep = (verdict: Step['verdict'], cost: bigint, covered: bigint | null, why: string | null): Step => ({
  step: 'outcome',
  source: 'outcome',
  verdict,
  limit: cost,
  found: covered,
  took: verdict === 'denied' ? 0n : covered,
  why,
})

function admit(
  situation: Situation,
  { guards, draw, creditsBound }: Admitted,
  { trace, ids }: { trace: Step[]; ids: DecideInput['ids'] },
): {
  decision: Decision
  state: CustomerState
  rows: readonly SubjectState[]
  hold: Hold | null
  usage: UsageEvent | null
} {
  const { request, policy, state, atMs, cost } = situation
  const outcome = draw.covered === cost ? 'allowed' : 'partial'
  const version = state.version + 1
  const lifetime = request.mode.kind === 'authorize' ? lifetimeOf(request.mode.ttlMs, policy, atMs) : null
  const place = lifetime === null ? null : { id: ids.hold, expiresAtMs: lifetime.expiresAtMs }
  const counted = countGuards(guards, { request, state, rows: draw.rows, hold: place })
  trace.push(outcomeStep('passed', cost, draw.covered, outcome === 'partial' ? 'in_part' : null))

  // member by member: all states keep one shape, and a spread over another one costs more than all of the guards
  const next: CustomerState = {
    customer: state.customer,
    version,
    atMs,
    profile: state.profile,
    windows: draw.windows,
    guards: counted.guards,
    grants: draw.grants,
    caps: draw.caps,
    debt: state.debt,
    openHolds: state.openHolds + (place === null ? 0 : 1),
    nextHoldExpiryMs:
      place === null ? state.nextHoldExpiryMs : Math.min(place.expiresAtMs, state.nextHoldExpiryMs ?? Infinity),
  }
  const decision: Decision = {
    id: ids.decision,
    customer: state.customer,
    atMs,
    outcome,
    cost,
    granted: draw.covered,
    funding: draw.funding,
    hold: place,
    denial: null,
    windows: draw.views,
    policyVersion: policy.version,
    stateVersion: version,
    trace,
  }
  const { rows, slots } = counted
  if (lifetime === null) {
    const usage = usageOf(situation, draw.covered, draw.lines, decision, ids.usageEvent)
    return { decision, state: next, rows, hold: null, usage }
  }

  const hold: Hold = {
    id: ids.hold,
    customer: state.customer,
    decision: ids.decision,
    subject: request.subject,
    task: request.task,
    feature: request.feature,
    attributes: request.attributes,
    policyVersion: policy.version,
    status: 'open',
    placedAtMs: atMs,
    expiresAtMs: lifetime.expiresAtMs,
    latestExpiryMs: lifetime.latestExpiryMs,
    granted: draw.covered,
    lines: draw.lines,
    captured: 0n,
    slots,
    includedOnly: request.includedOnly,
    creditsLeft: creditsBound === null ? null : creditsBound - draw.credits.drawn,
    reported: null,
    closedAtMs: null,
  }
  return { decision, state: next, rows, hold, usage: null }
}

const DECIDED: UsageEvent['origin'] = { kind: 'decision' }

function lifetimeOf(
  ttlMs: number | null,
  policy: Policy,
  atMs: number,
): { expiresAtMs: number; latestExpiryMs: number } {
  const latestExpiryMs = atMs + policy.holds.maxTtlMs
  return { expiresAtMs: Math.min(atMs + (ttlMs ?? policy.holds.defaultTtlMs), latestExpiryMs), latestExpiryMs }
}

function usageOf(
  { request, policy, state, atMs, cost }: Situation,
  covered: bigint,
  lines: readonly HoldLine[],
  decision: Decision,
  id: UsageEventId,
): UsageEvent {
  return {
    id,
    customer: state.customer,
    version: decision.stateVersion,
    decision: decision.id,
    hold: null,
    subject: request.subject,
    task: request.task,
    feature: request.feature,
    // what was granted in part is what was used; the units asked for are in the decision
    price: covered === cost ? request.price : { kind: 'cost', cost: covered },
    attributes: request.attributes,
    cost: covered,
    policyVersion: policy.version,
    lines: lines.map(usageLine),
    origin: DECIDED,
    effectiveAtMs: atMs,
    recordedAtMs: atMs,
  }
}
