import type { Layer } from '../policy/document.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, DecisionId, HoldId } from '../shared/ids.ts'

export type Outcome = 'allowed' | 'partial' | 'denied'

/** Which source pays how much. `before` and `after` are what the source had left. */
export interface FundingLine {
  readonly layer: Layer
  /** Window id or grant id. */
  readonly source: string
  readonly amount: MicroCredits
  readonly before: MicroCredits
  readonly after: MicroCredits
  readonly resetsAtMs: number | null
  readonly expiresAtMs: number | null
}

/** Why a request was denied: one closed list, one problem type and one sentence each. */
export type Reason =
  | 'customer_suspended'
  | 'feature_disabled'
  | 'feature_not_entitled'
  | 'burst_exceeded'
  | 'rate_exceeded'
  | 'concurrency_exceeded'
  | 'reduced_capacity'
  | 'abnormal_usage'
  | 'included_exhausted'
  | 'consent_required'
  | 'credits_insufficient'
  | 'spend_cap_reached'
  | 'max_credits_reached'

/** What the person or the program can do now. Each is priced: `microCredits` is what it would cost, null when nothing. */
export type WayOn =
  | { readonly kind: 'wait'; readonly untilMs: number; readonly microCredits: null }
  /** Ask for less: the same request passes now for at most `amount`. */
  | { readonly kind: 'smaller'; readonly amount: MicroCredits; readonly microCredits: MicroCredits | null }
  /** Add that many credits (bought or granted). */
  | { readonly kind: 'credits'; readonly amount: MicroCredits; readonly microCredits: MicroCredits }
  /** Agree to draw that many bought credits. */
  | { readonly kind: 'consent'; readonly microCredits: MicroCredits }
  | { readonly kind: 'raise_cap'; readonly cap: string; readonly by: MicroCredits; readonly microCredits: MicroCredits }
  /** Nothing in the caller's hands: ask the named party. */
  | { readonly kind: 'contact'; readonly who: 'owner' | 'support'; readonly microCredits: null }

export interface Denial {
  readonly reason: Reason
  /** The binding layer or guard. */
  readonly layer: Layer | 'gate' | 'guard'
  /** Guard, window, cap or grant that binds; null when the reason says it all. */
  readonly source: string | null
  readonly retryable: boolean
  /** Earliest instant at which the same request would pass if nothing else happens; null when waiting does not help. */
  readonly retryAtMs: number | null
  readonly waysOn: readonly WayOn[]
}

/** One step that was tried and what it found. Amounts are micro-credits, or units for guards. */
export interface Step {
  readonly step: 'gate' | 'guard' | 'included' | 'grant' | 'credits' | 'cap' | 'outcome'
  readonly source: string
  readonly verdict: 'passed' | 'took' | 'skipped' | 'denied'
  readonly limit: bigint | null
  readonly found: bigint | null
  readonly took: bigint | null
  readonly why: string | null
}

export interface WindowView {
  readonly id: string
  readonly limit: MicroCredits
  readonly used: MicroCredits
  readonly remaining: MicroCredits
  /** Null while the window has not started (first use), or for a sliding one with nothing in it. */
  readonly resetsAtMs: number | null
}

/** The answer to one request. Guard standing for the RateLimit fields is in `guards`. */
export interface Decision {
  readonly id: DecisionId
  readonly customer: CustomerId
  readonly atMs: number
  readonly outcome: Outcome
  readonly cost: MicroCredits
  readonly granted: MicroCredits
  readonly funding: readonly FundingLine[]
  readonly hold: { readonly id: HoldId; readonly expiresAtMs: number } | null
  readonly denial: Denial | null
  readonly windows: readonly WindowView[]
  readonly policyVersion: number
  readonly stateVersion: number
  readonly trace: readonly Step[]
}
