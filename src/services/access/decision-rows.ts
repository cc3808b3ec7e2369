import type { Layer } from '../../core/policy/document.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { DecisionId } from '../../core/shared/ids.ts'
import type { Outcome, Reason } from '../../core/waterfall/decision.ts'
import { customerSentence } from '../../core/waterfall/explain.ts'
import type { Page, PageQuery, StoredDecision } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'
import { featureTitle, sourceTitle, titlesOf } from './sources.ts'

/** A decision as a line of a list: amounts in micro-credits. */
export interface DecisionRow {
  readonly id: DecisionId
  readonly atMs: number
  readonly feature: string
  readonly featureTitle: string
  readonly subject: string | null
  readonly outcome: Outcome
  readonly cost: MicroCredits
  readonly granted: MicroCredits
  readonly funding: readonly {
    readonly layer: Layer
    readonly source: string
    readonly title: string
    readonly amount: MicroCredits
  }[]
  readonly reason: Reason | null
  readonly retryAtMs: number | null
  readonly held: boolean
  /** The answer in one sentence, as the customer saw it. */
  readonly sentence: string
  /** Identical denials that were counted onto this one. */
  readonly coalesced: number
}

/** A customer's decisions, newest first. */
export async function decisionRows(
  engine: Engine,
  query: PageQuery & { outcome?: Outcome },
): Promise<Page<DecisionRow>> {
  const page = await engine.readers.decisions(query)
  const versions = [...new Set(page.items.map((item) => item.decision.policyVersion))]
  const policies = new Map(
    await Promise.all(versions.map(async (version) => [version, await policyOf(engine, version)] as const)),
  )
  return {
    items: page.items.map((item) => rowOf(item, policies.get(item.decision.policyVersion) ?? null)),
    nextCursor: page.nextCursor,
  }
}

export async function policyOf(engine: Engine, version: number): Promise<Policy | null> {
  return engine.policies.get(version) ?? (await engine.policies.load(version))
}

function rowOf({ decision, request, seen, coalesced }: StoredDecision, policy: Policy | null): DecisionRow {
  return {
    id: decision.id,
    atMs: decision.atMs,
    feature: request.feature,
    featureTitle: featureTitle(request.feature, policy),
    subject: request.subject,
    outcome: decision.outcome,
    cost: decision.cost,
    granted: decision.granted,
    funding: decision.funding.map(({ layer, source, amount }) => ({
      layer,
      source,
      amount,
      title: sourceTitle(source, layer, policy, seen.state.profile.tier),
    })),
    reason: decision.denial?.reason ?? null,
    retryAtMs: decision.denial?.retryAtMs ?? null,
    held: decision.hold !== null,
    sentence: customerSentence(decision, titlesOf(seen.state, policy)),
    coalesced,
  }
}
