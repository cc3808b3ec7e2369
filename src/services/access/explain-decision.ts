import type { ArithmeticLine } from '../../core/settlement/events.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId, DecisionId } from '../../core/shared/ids.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { priceOf } from '../../core/pricing/cost.ts'
import type { Decision, WayOn } from '../../core/waterfall/decision.ts'
import { customerSentence, explain, wayOnSentence } from '../../core/waterfall/explain.ts'
import { redecide } from '../../core/waterfall/redecide.ts'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import type { Factors } from '../../core/waterfall/state.ts'
import type { DecisionRecord } from '../../ports/customer-state.ts'
import type { Hold } from '../../core/hold/hold.ts'
import type { Engine } from '../engine.ts'
import { policyOf } from './decision-rows.ts'
import { type ProofLink, proofOfDecision } from './proof-chain.ts'
import { featureTitle, sourceTitle, titlesOf } from './sources.ts'
import { type WaterfallStop, waterfallStops } from './waterfall-stops.ts'

/** Everything the "why?" page shows of one decision. */
export interface Explanation {
  readonly decision: Decision
  readonly request: AccessRequest
  readonly factors: Factors
  readonly featureTitle: string
  readonly recordedAtMs: number
  readonly coalesced: number
  /** The answer in one sentence, as the customer saw it. */
  readonly sentence: string
  /** One sentence per step. */
  readonly sentences: readonly string[]
  readonly stops: readonly WaterfallStop[]
  readonly waysOn: readonly { readonly way: WayOn; readonly sentence: string }[]
  readonly fundingTitles: Readonly<Record<string, string>>
  readonly arithmetic: {
    readonly lines: readonly ArithmeticLine[]
    readonly cost: MicroCredits
    readonly meters: Readonly<Record<string, string>>
  }
  /** The hold as it is now; null when none was placed. */
  readonly hold: Hold | null
  readonly proof: readonly ProofLink[]
  readonly replay: Replay
  readonly timeZone: string
}

/** The same rules run again on the stored inputs. */
export type Replay =
  | { readonly kind: 'identical' }
  | { readonly kind: 'differs'; readonly stored: Decision['outcome']; readonly recomputed: Decision['outcome'] }
  /** The policy version it cites is not known here. */
  | { readonly kind: 'unavailable' }

/** The customer's decision explained; null when there is none of that id, also when it is another customer's. */
export async function explainDecision(
  engine: Engine,
  customer: CustomerId,
  id: DecisionId,
): Promise<Explanation | null> {
  const stored = await engine.readers.decision(id)
  if (stored === null || stored.decision.customer !== customer) return null
  const { decision, request } = stored
  const [policy, proof, hold] = await Promise.all([
    policyOf(engine, decision.policyVersion),
    proofOfDecision(engine, customer, id),
    decision.hold === null ? null : engine.readers.hold(decision.hold.id),
  ])
  const { state } = stored.seen
  const titleOf = titlesOf(state, policy)
  return {
    decision,
    request,
    factors: stored.factors,
    featureTitle: featureTitle(request.feature, policy),
    recordedAtMs: stored.recordedAtMs,
    coalesced: stored.coalesced,
    sentence: customerSentence(decision, titleOf),
    sentences: explain(decision, titleOf),
    stops: waterfallStops(decision, state, policy),
    waysOn: (decision.denial?.waysOn ?? []).map((way) => ({ way, sentence: wayOnSentence(way, titleOf) })),
    fundingTitles: Object.fromEntries(
      decision.funding.map((line) => [line.source, sourceTitle(line.source, line.layer, policy, state.profile.tier)]),
    ),
    arithmetic: arithmeticOf(request, decision, policy),
    hold,
    proof,
    replay: replayOf(stored, policy),
    timeZone: state.profile.timeZone,
  }
}

function arithmeticOf(request: AccessRequest, decision: Decision, policy: Policy | null): Explanation['arithmetic'] {
  const meters = Object.fromEntries(
    Object.entries(policy?.document.meters ?? {}).map(([id, meter]) => [id, meter.title]),
  )
  const priced = policy === null ? null : priceOf(policy, request.feature, request.price, request.attributes)
  return { lines: priced?.ok ? priced.arithmetic : [], cost: decision.cost, meters }
}

function replayOf(record: DecisionRecord, policy: Policy | null): Replay {
  if (policy === null) return { kind: 'unavailable' }
  const again = redecide(record, policy)
  if (canonical(again) === canonical(record.decision)) return { kind: 'identical' }
  return { kind: 'differs', stored: record.decision.outcome, recomputed: again.outcome }
}

/** Key order is an accident of storage; bigints need their digits. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return `${one}n`
    if (one === null || typeof one !== 'object' || Array.isArray(one)) return one
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
