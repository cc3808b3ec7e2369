import type { CaseEvidence, EvidenceStanding } from '../../core/case/evidence.ts'
import type { Layer } from '../../core/policy/document.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { formatCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { CaseAbout } from '../../ports/case-store.ts'
import { explainDecision } from '../access/explain-decision.ts'
import { policyOf } from '../access/decision-rows.ts'
import { type ProofLink, proofOfUsage } from '../access/proof-chain.ts'
import { featureTitle } from '../access/sources.ts'
import { alikeOf } from './alike.ts'
import { windowCards } from '../access/windows.ts'
import type { Engine } from '../engine.ts'

export interface Collected {
  readonly title: string
  readonly evidence: CaseEvidence
}

/** Everything there is about one record of the customer; null when there is none of that id, also when it is another's. */
export async function collectEvidence(
  engine: Engine,
  customer: CustomerId,
  about: CaseAbout,
): Promise<Collected | null> {
  if (about.kind === 'decision') return aboutDecision(engine, customer, about.id, null)
  const proof = await proofOfUsage(engine, customer, about.id)
  if (proof === null) return null
  const { usageEvent } = proof
  // decisions are kept for less long than usage: without it, the charge is still proven
  const decided = usageEvent.decision && (await aboutDecision(engine, customer, usageEvent.decision, proof))
  if (decided) return decided
  const [seen, policy] = await Promise.all([
    engine.readers.customer(customer),
    policyOf(engine, usageEvent.policyVersion),
  ])
  if (seen === null) return null
  const collectedAtMs = Math.max(engine.clock.nowMs(), seen.state.atMs)
  return {
    title: titleOf(featureTitle(usageEvent.feature, policy), proof),
    evidence: {
      collectedAtMs,
      decision: null,
      alike: null,
      standing: standingOf(seen.state, engine.policies.current(), { at: 'collected', atMs: collectedAtMs }),
      proof: [proof],
    },
  }
}

/** `only`: the one usage event that it is about; null: all of the decision's. */
async function aboutDecision(
  engine: Engine,
  customer: CustomerId,
  id: string,
  only: ProofLink | null,
): Promise<Collected | null> {
  const [explained, stored] = await Promise.all([explainDecision(engine, customer, id), engine.readers.decision(id)])
  if (explained === null || stored === null) return null
  const { decision, featureTitle: feature } = explained
  const { atMs, outcome, cost, granted, policyVersion, stateVersion } = decision
  const [policy, alike] = await Promise.all([policyOf(engine, policyVersion), alikeOf(engine, stored)])
  return {
    title: only === null ? `${feature}: ${OUTCOME[outcome]}` : titleOf(feature, only),
    evidence: {
      collectedAtMs: Math.max(engine.clock.nowMs(), atMs),
      decision: {
        id: decision.id,
        atMs,
        outcome,
        cost,
        granted,
        policyVersion,
        stateVersion,
        featureTitle: feature,
        sentence: explained.sentence,
        replay: explained.replay.kind,
      },
      standing: standingOf(stored.seen.state, policy, { at: 'decided', atMs }),
      alike,
      proof: only === null ? explained.proof : [only],
    },
  }
}

const OUTCOME = { allowed: 'allowed', partial: 'allowed in part', denied: 'denied' } as const

const titleOf = (feature: string, { usageEvent: { cost } }: ProofLink): string =>
  `${feature}: ${formatCredits(cost)} ${cost === 1_000_000n ? 'credit' : 'credits'} charged`

function standingOf(
  state: CustomerState,
  policy: Policy | null,
  { at, atMs }: Pick<EvidenceStanding, 'at' | 'atMs'>,
): EvidenceStanding {
  const { profile, version, openHolds, grants } = state
  const tier = policy?.tiers.get(profile.tier)
  const available = new Map<Layer, bigint>()
  for (const { kind, available: amount, effectiveAtMs, expiresAtMs } of grants)
    if (effectiveAtMs <= atMs && (expiresAtMs === null || expiresAtMs > atMs))
      available.set(kind, (available.get(kind) ?? 0n) + amount)
  const windows = tier === undefined ? [] : windowCards(tier, state, atMs)
  return {
    at,
    atMs,
    stateVersion: version,
    status: profile.status,
    tier: tier?.title ?? profile.tier,
    consent: profile.consent,
    windows: windows.map(({ title, limit, used, overridden }) => ({
      title,
      limit,
      used,
      overridden: overridden !== null,
    })),
    available: [...available].map(([layer, amount]) => ({ layer, amount })),
    openHolds,
  }
}
