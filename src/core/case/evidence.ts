import { chargesOf } from '../settlement/post.ts'
import type { Layer } from '../policy/document.ts'
import type { BalanceUpdate, MonetizationEvent, UsageEvent } from '../settlement/events.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { DecisionId } from '../shared/ids.ts'
import type { Outcome } from '../waterfall/decision.ts'
import type { CustomerProfile } from '../waterfall/state.ts'

/** What a case is decided on: the records, as they were when it was opened. */
export interface CaseEvidence {
  readonly collectedAtMs: number
  /** Null: the usage was decided elsewhere and reported. */
  readonly decision: {
    readonly id: DecisionId
    readonly atMs: number
    readonly outcome: Outcome
    readonly featureTitle: string
    /** As the customer saw it. */
    readonly sentence: string
    readonly cost: MicroCredits
    readonly granted: MicroCredits
    readonly policyVersion: number
    readonly stateVersion: number
    readonly replay: 'identical' | 'differs' | 'unavailable'
  } | null
  readonly standing: EvidenceStanding
  /** Null: it was not decided here. */
  readonly alike: AlikeDecisions | null
  readonly proof: readonly EvidenceLink[]
}

/** A request asked for the same a second time looks like this: so far apart at most. */
export const ALIKE_WITHIN_MS = 60_000

/** Other decisions that let the same be used: by the same subject, for the same feature, of the same amount. */
export interface AlikeDecisions {
  readonly found: readonly { readonly id: DecisionId; readonly atMs: number; readonly sentence: string }[]
  /** False: there were more decisions around it than were looked at. */
  readonly complete: boolean
}

/** How the customer stood. */
export interface EvidenceStanding {
  /** `decided`: what the decision was made on. `collected`: nothing was kept of that time, so when the case was opened. */
  readonly at: 'decided' | 'collected'
  readonly atMs: number
  readonly stateVersion: number
  readonly status: CustomerProfile['status']
  readonly tier: string
  readonly consent: CustomerProfile['consent']
  readonly windows: readonly {
    readonly title: string
    readonly limit: MicroCredits
    readonly used: MicroCredits
    /** An override had replaced the tier's limit. */
    readonly overridden: boolean
  }[]
  /** Available in grants, by layer. */
  readonly available: readonly { readonly layer: Layer; readonly amount: MicroCredits }[]
  readonly openHolds: number
}

/** One usage event, what was charged for it, and the balances that moved. */
export interface EvidenceLink {
  readonly usageEvent: UsageEvent
  /** Null: not settled yet. */
  readonly monetizationEvent: MonetizationEvent | null
  /** Monetization events that name this usage event; two are looked for. */
  readonly charges: number
  readonly balanceUpdates: readonly BalanceUpdate[]
  /** False: there may be more updates than were looked at. */
  readonly complete: boolean
}

/** `noted`: no fault by itself, and worth a look. `waits`: it cannot be said, or not yet. */
export type CheckResult = 'holds' | 'broken' | 'noted' | 'waits'

export interface EvidenceChecks {
  /** What was charged is what was used, and a denied request charged nothing. */
  readonly charged: CheckResult
  /** Balances moved by exactly what was charged to grants. */
  readonly moved: CheckResult
  /** Each usage was charged once, and moved each grant's balance once. */
  readonly once: CheckResult
  /** No other request around it asked for the same. Null: it was not decided here. */
  readonly alone: CheckResult | null
  /** The rules give the same answer again. Null: it was not decided here. */
  readonly replayed: CheckResult | null
}

/** Recounts the evidence; nothing is taken from a stored verdict but the replay. */
export function checkEvidence({ decision, alike, proof }: CaseEvidence): EvidenceChecks {
  const each = (rule: (link: EvidenceLink, priced: MonetizationEvent) => boolean | null): CheckResult => {
    const results = proof.map((link) => (link.monetizationEvent === null ? null : rule(link, link.monetizationEvent)))
    if (results.includes(false)) return 'broken'
    return results.includes(null) ? 'waits' : 'holds'
  }
  const chargedDenial = decision?.outcome === 'denied' && proof.length > 0
  return {
    charged: chargedDenial ? 'broken' : each(({ usageEvent }, priced) => priced.cost === usageEvent.cost),
    moved: each((link, priced) => (link.complete ? movedAsCharged(link.balanceUpdates, priced) : null)),
    once: each(({ charges, balanceUpdates, complete }) => {
      const grants = new Set(balanceUpdates.map(({ grant }) => grant))
      if (charges !== 1 || grants.size !== balanceUpdates.length) return false
      return complete ? true : null
    }),
    alone: alike === null ? null : alike.found.length > 0 ? 'noted' : alike.complete ? 'holds' : 'waits',
    replayed: decision === null ? null : REPLAYED[decision.replay],
  }
}

const REPLAYED = { identical: 'holds', differs: 'broken', unavailable: 'waits' } as const

/** Grant by grant: a balance that made up for another's would be no proof. */
function movedAsCharged(updates: readonly BalanceUpdate[], priced: MonetizationEvent): boolean {
  const left = new Map(chargesOf(priced.lines))
  for (const { grant, delta } of updates) left.set(grant, (left.get(grant) ?? 0n) + delta)
  return [...left.values()].every((amount) => amount === 0n)
}

/** One record of the evidence, at the instant at which it was written. */
export type EvidenceMoment =
  | { readonly kind: 'decided'; readonly atMs: number; readonly decision: NonNullable<CaseEvidence['decision']> }
  | { readonly kind: 'alike'; readonly atMs: number; readonly decision: AlikeDecisions['found'][number] }
  | { readonly kind: 'used'; readonly atMs: number; readonly event: UsageEvent }
  | { readonly kind: 'charged'; readonly atMs: number; readonly event: MonetizationEvent }
  | { readonly kind: 'moved'; readonly atMs: number; readonly update: BalanceUpdate }
  | { readonly kind: 'collected'; readonly atMs: number }

/** The evidence in the order in which it came about; at one instant each record follows what drove it. */
export function timelineOf({ decision, alike, proof, collectedAtMs }: CaseEvidence): readonly EvidenceMoment[] {
  const moments: EvidenceMoment[] = []
  if (decision !== null) moments.push({ kind: 'decided', atMs: decision.atMs, decision })
  for (const one of alike?.found ?? []) moments.push({ kind: 'alike', atMs: one.atMs, decision: one })
  for (const { usageEvent, monetizationEvent, balanceUpdates } of proof) {
    moments.push({ kind: 'used', atMs: usageEvent.recordedAtMs, event: usageEvent })
    if (monetizationEvent !== null)
      moments.push({ kind: 'charged', atMs: monetizationEvent.settledAtMs, event: monetizationEvent })
    for (const update of balanceUpdates) moments.push({ kind: 'moved', atMs: update.recordedAtMs, update })
  }
  moments.push({ kind: 'collected', atMs: collectedAtMs })
  return moments.toSorted((a, b) => a.atMs - b.atMs)
}
