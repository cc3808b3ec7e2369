import { priceOf } from '../../core/pricing/cost.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { Decision } from '../../core/waterfall/decision.ts'
import { customerSentence } from '../../core/waterfall/explain.ts'
import { counterfactual } from '../../core/waterfall/redecide.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'
import { policyOf } from './decision-rows.ts'
import { titlesOf } from './sources.ts'

/** What is imagined otherwise; both null: nothing. */
export interface Otherwise {
  readonly policyVersion: number | null
  /** That many more bought credits, with consent to draw them. */
  readonly moreCredits: MicroCredits | null
}

export type WhatIf =
  | { readonly kind: 'decided'; readonly decision: Decision; readonly sentence: string }
  | { readonly kind: 'unknown_policy'; readonly version: number }
  /** That version does not have the request's feature or a meter of it, so it cannot price the request. */
  | { readonly kind: 'not_priced'; readonly version: number }

/** The same request on the same state, decided under another policy version or with more credits. Changes nothing. */
export async function whatIf(engine: Engine, stored: StoredDecision, otherwise: Otherwise): Promise<WhatIf> {
  const own = stored.decision.policyVersion
  const version = otherwise.policyVersion ?? own
  const [policy, other] = await Promise.all([policyOf(engine, own), policyOf(engine, version)])
  if (policy === null) return { kind: 'unknown_policy', version: own }
  if (other === null) return { kind: 'unknown_policy', version }
  const { feature, price, attributes } = stored.request
  if (!priceOf(other, feature, price, attributes).ok) return { kind: 'not_priced', version }
  const decision = counterfactual(stored, policy, { policy: other, moreCredits: otherwise.moreCredits ?? 0n })
  return { kind: 'decided', decision, sentence: customerSentence(decision, titlesOf(stored.seen.state, other)) }
}
