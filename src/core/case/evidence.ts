import type { BalanceUpdate, MonetizationEvent, UsageEvent } from '../settlement/events.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { DecisionId } from '../shared/ids.ts'
import type { Outcome } from '../waterfall/decision.ts'

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
  readonly proof: readonly EvidenceLink[]
}

/** One usage event, what was charged for it, and the balances that moved. */
export interface EvidenceLink {
  readonly usageEvent: UsageEvent
  /** Null: not settled yet. */
  readonly monetizationEvent: MonetizationEvent | null
  readonly balanceUpdates: readonly BalanceUpdate[]
  /** False: there are more updates than were looked at. */
  readonly complete: boolean
}

/** `waits`: it cannot be said yet. */
export type CheckResult = 'holds' | 'broken' | 'waits'

export interface EvidenceChecks {
  /** What was charged is what was used. */
  readonly charged: CheckResult
  /** Balances moved by exactly what was charged to grants. */
  readonly moved: CheckResult
  /** The rules give the same answer again. */
  readonly replayed: CheckResult
}

/** Recounts the evidence; nothing is taken from a stored verdict but the replay. */
export function checkEvidence({ decision, proof }: CaseEvidence): EvidenceChecks {
  const each = (rule: (link: EvidenceLink, priced: MonetizationEvent) => boolean | null): CheckResult => {
    const results = proof.map((link) => (link.monetizationEvent === null ? null : rule(link, link.monetizationEvent)))
    if (results.includes(false)) return 'broken'
    return results.includes(null) ? 'waits' : 'holds'
  }
  return {
    charged: each(({ usageEvent }, priced) => priced.cost === usageEvent.cost),
    moved: each(({ balanceUpdates, complete }, priced) => {
      if (!complete) return null
      const drawn = priced.lines.reduce((sum, line) => (line.kind === 'grant' ? sum + line.amount : sum), 0n)
      return balanceUpdates.reduce((sum, { delta }) => sum - delta, 0n) === drawn
    }),
    replayed: decision === null || decision.replay === 'unavailable' ? 'waits' : replayed(decision.replay),
  }
}

const replayed = (replay: 'identical' | 'differs'): CheckResult => (replay === 'identical' ? 'holds' : 'broken')
