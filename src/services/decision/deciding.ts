import type { Policy } from '../../core/policy/policy.ts'
import { decide } from '../../core/waterfall/decide.ts'
import type { Decision } from '../../core/waterfall/decision.ts'
import type { Needs, Snapshot } from '../../core/waterfall/effects.ts'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import { mayLackAllowance } from '../../core/waterfall/next-allowances.ts'
import { rowsOf } from '../../core/waterfall/rows.ts'
import type { CustomerState, Factors } from '../../core/waterfall/state.ts'
import type { IdempotencyKey, Operation, Plan, Reply } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { titlesOf } from '../access/sources.ts'
import { renderAnswer } from './answer.ts'
import { CONSENT_LIFETIME_MS, type ConsentOffer, consentKey, mintConsent } from './consent-token.ts'
import { lateAllowancesOf } from './late-allowance.ts'
import { type DenialKind, type DenialMemory, denialMemoryOf, type Keeping } from './denial-memory.ts'
import type { PriceProblem } from './price-problem.ts'

export interface DecidingInput {
  readonly request: AccessRequest
  readonly offer: ConsentOffer | null
  readonly idempotency: IdempotencyKey
  readonly policy: Policy
  readonly factors: Factors
  readonly atMs: number
  /** Not null: the request cannot be priced, and only the answer of an earlier call with its key is given. */
  readonly unpriced: PriceProblem | null
}

/** One request on its way through the store: its plan, and what the plan last made of it. */
export class Deciding implements Operation {
  readonly idempotency: IdempotencyKey
  readonly needs: Needs
  /** By the last run of the plan; null: it was refused. */
  decision: Decision | null = null
  /** Not null: nothing was decided yet, because the allowance of the period that began then may be on its way. */
  awaitsSinceMs: number | null = null
  private readonly engine: Engine
  private readonly input: DecidingInput
  private readonly memory: DenialMemory
  private readonly ids: { readonly decision: string; readonly hold: string; readonly usageEvent: string }
  /** How the denial is kept: settled once for each reason, however often the plan runs. */
  private kept: { readonly kind: DenialKind; readonly keeping: Keeping } | null = null

  constructor(engine: Engine, input: DecidingInput) {
    const { request, offer, atMs } = input
    const authorizes = request.mode.kind === 'authorize'
    this.engine = engine
    this.input = input
    this.memory = denialMemoryOf(engine)
    this.idempotency = input.idempotency
    this.needs = needsOf(request, offer)
    this.ids = {
      decision: engine.ids.next('dec', atMs),
      hold: authorizes ? engine.ids.next('hold', atMs) : '',
      usageEvent: authorizes ? '' : engine.ids.next('use', atMs),
    }
  }

  plan(snapshot: Snapshot): Plan {
    const { request, offer, policy, factors, atMs, unpriced } = this.input
    this.decision = null
    this.awaitsSinceMs = null
    if (unpriced !== null || (offer !== null && isSpent(offer, snapshot, atMs))) return NOT_DECIDED
    const result = decide({ snapshot, request, policy, factors, atMs, ids: this.ids })
    if (result.kind === 'needs') return result
    const { decision, effects, seen } = result
    this.awaitsSinceMs = this.awaited(decision, seen.state)
    if (this.awaitsSinceMs !== null) return NOT_DECIDED
    this.decision = decision
    const record = { decision, request, factors, seen }
    if (decision.denial === null) {
      const reply = renderAnswer(decision, { id: decision.id, consentToken: null })
      return { kind: 'commit', effects, records: { decision: record, answerFollows: true }, reply }
    }
    const keeping = this.keep(decision)
    const reply = renderAnswer(decision, {
      id: keeping.kind === 'record' ? decision.id : keeping.onto,
      consentToken: offerOf(decision, request, this.engine.secret),
      titleOf: titlesOf(seen.state, policy),
    })
    return keeping.kind === 'count'
      ? { kind: 'answer', reply }
      : { kind: 'commit', effects, records: { decision: record }, reply }
  }

  /** The plan's last run was answered and, if it was to be, stored. */
  done(reply: Reply): void {
    const { kept, decision } = this
    if (kept === null) return
    if (decision === null || decision.denial === null) this.undone()
    else if (kept.keeping.kind === 'count') {
      const { customer } = this.input.request
      const { key, fingerprint } = this.idempotency
      this.memory.counted({ customer, key, fingerprint, onto: kept.keeping.onto, atMs: decision.atMs, reply })
    }
  }

  /** Nothing was stored: no denial may be counted onto this one. */
  undone(): void {
    if (this.kept?.keeping.kind === 'record') this.memory.forget(this.kept.kind)
  }

  private awaited(decision: Decision, state: CustomerState): number | null {
    const { request, policy } = this.input
    const sinceMs = mayLackAllowance(decision, { feature: request.feature, state, policy })
    return sinceMs !== null && lateAllowancesOf(this.engine).has(request.customer, sinceMs) ? null : sinceMs
  }

  private keep(decision: Decision): Keeping {
    const { customer, subject, feature } = this.input.request
    const { reason } = decision.denial!
    if (this.kept === null || this.kept.kind.reason !== reason) {
      const kind: DenialKind = { customer, subject, feature, reason }
      this.kept = { kind, keeping: this.memory.keep(kind, decision.id, decision.atMs) }
    }
    return this.kept.keeping
  }
}

/** Never sent: stands in the plan of a request that is refused. */
const NOT_DECIDED: Plan = { kind: 'answer', reply: { status: 400, body: '{}' } }

export function needsOf(request: AccessRequest, offer: ConsentOffer | null): Needs {
  const subjects = rowsOf(request)
  if (offer === null) return subjects.length > 0 ? { subjects } : NO_NEEDS
  return { subjects, singleUse: [consentKey(offer.nonce)] }
}

const NO_NEEDS: Needs = {}

export function isSpent(offer: ConsentOffer, snapshot: Snapshot, atMs: number): boolean {
  return offer.expiresAtMs <= Math.max(atMs, snapshot.state.atMs) || snapshot.usedKeys.has(consentKey(offer.nonce))
}

/** The token that redeems the consent which a denial asks for; its nonce is the decision, so that each is used once. */
function offerOf({ denial, id, atMs }: Decision, request: AccessRequest, secret: string): string | null {
  const way = denial?.waysOn.find((one) => one.kind === 'consent')
  if (way === undefined) return null
  const { customer, subject, feature } = request
  const expiresAtMs = atMs + CONSENT_LIFETIME_MS
  return mintConsent({ customer, subject, feature, amount: way.microCredits, expiresAtMs, nonce: id }, secret)
}
