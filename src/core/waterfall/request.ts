import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, SubjectId } from '../shared/ids.ts'

/** Meter -> whole units, 0 to 2^53 - 1. */
export type Usage = Readonly<Record<string, number>>
export type Attributes = Readonly<Record<string, string>>

export type Price =
  /** Units that the policy's rate card prices. */
  | { kind: 'usage'; usage: Usage }
  /** A cost decided elsewhere, by a service key with scope `price`. */
  | { kind: 'cost'; cost: MicroCredits }

/** One request for access, after parsing. Absent is null, never undefined: it is stored and replayed. */
export interface AccessRequest {
  customer: CustomerId
  subject: SubjectId | null
  task: SubjectId | null
  feature: string
  price: Price
  attributes: Attributes
  /** `authorize` places a hold for `ttlMs`; `consume` authorizes and captures at once. */
  mode: { kind: 'authorize'; ttlMs: number | null } | { kind: 'consume' }
  /** Least amount that is of use, when a part is acceptable; null: all or nothing. */
  acceptPartial: { minimum: MicroCredits } | null
  /** Never draw bought credits for this request. */
  includedOnly: boolean
  /** Most bought credits this request may draw; null: no bound of its own. */
  maxCredits: MicroCredits | null
  /** Most bought credits that a redeemed consent token covers; null: no token. */
  consented: MicroCredits | null
}
