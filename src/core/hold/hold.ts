import type { Layer } from '../policy/document.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, DecisionId, HoldId, SubjectId } from '../shared/ids.ts'
import type { Attributes, Price } from '../waterfall/request.ts'

export type HoldStatus = 'open' | 'captured' | 'released' | 'expired'

/** Reserved value and where it was taken from. Its own row; replaced under the customer's version. */
export interface Hold {
  readonly id: HoldId
  readonly customer: CustomerId
  readonly decision: DecisionId
  readonly subject: SubjectId | null
  readonly task: SubjectId | null
  readonly feature: string
  readonly attributes: Attributes
  readonly policyVersion: number
  readonly status: HoldStatus
  readonly placedAtMs: number
  readonly expiresAtMs: number
  /** `extend` never goes past this. */
  readonly latestExpiryMs: number
  readonly granted: MicroCredits
  /** What is still reserved, in the order it was taken. Empty once closed. */
  readonly lines: readonly HoldLine[]
  readonly captured: MicroCredits
  /** Guard keys in whose concurrency this hold counts: customer-wide and of its subject. */
  readonly slots: { readonly customer: readonly string[]; readonly subject: readonly string[] }
  readonly includedOnly: boolean
  /** Bought credits this hold's request may still draw on top of what is held; null: unbounded. */
  readonly creditsLeft: MicroCredits | null
  /** Latest running usage of a stream: settles the hold when its caller never comes back. */
  readonly reported: Price | null
  readonly closedAtMs: number | null
}

export interface HoldLine {
  readonly layer: Layer
  /** Binding window, or grant id. */
  readonly source: string
  readonly amount: MicroCredits
  /** Included only: every window that counted the amount, with the start of the period (or sub-bucket) that counted it. */
  readonly windows: readonly { readonly id: string; readonly startMs: number }[]
}
