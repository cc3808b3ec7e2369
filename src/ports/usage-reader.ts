import type { UsageEvent } from '../core/settlement/events.ts'
import type { MicroCredits } from '../core/shared/amount.ts'
import type { CustomerId } from '../core/shared/ids.ts'
import type { UsageDimension, UsageFilter } from '../core/usage/dimensions.ts'

/** Of each dimension, at most. */
export const SHOWN_VALUES = 100

export interface UsageRange {
  readonly customer: CustomerId
  readonly filter: UsageFilter
}

/** The zone whose days are asked for. Days of any zone are right; those of the customer's own are fast. */
interface InZone {
  readonly zone: string
}

export interface UsageSumsQuery extends UsageRange {
  /** Ascending starts of buckets, and the end of the last: on slots. At most 500. */
  readonly edgesMs: readonly number[]
  /** Null: all together. */
  readonly by: UsageDimension | null
  /** Of the values, those with the highest cost over all buckets are summed on their own. */
  readonly most: number
}

export interface UsageSum {
  /** Which of the buckets. */
  readonly bucket: number
  /** Of the dimension grouped by; '': none; null: all that are not among the largest, together. */
  readonly value: string | null
  readonly events: bigint
  readonly cost: MicroCredits
}

export interface KindSum {
  readonly bucket: number
  readonly feature: string
  readonly model: string
  readonly events: bigint
  readonly cost: MicroCredits
}

export interface UsageSums {
  readonly sums: readonly UsageSum[]
  /** The same, by feature and model, over whole periods: buckets of `periodEdgesMs`. */
  readonly kinds: readonly KindSum[]
  /** More than a reading counts was not rolled up yet: the latest usage is missing for a moment. */
  readonly uncounted: boolean
}

export interface UsageRow {
  readonly event: UsageEvent
  readonly outcome: string
  /** What falls under the filter: a part of the event's cost when a layer is filtered. */
  readonly cost: MicroCredits
}

export interface UsageRowsQuery extends UsageRange {
  readonly fromMs: number
  readonly toMs: number
  /** Rows before this state version; null: from the newest. */
  readonly before: number | null
  readonly limit: number
}

export interface UsageRows {
  readonly items: readonly UsageRow[]
  /** Where to read on; null at the end. A page may be short, even empty, before the end: how far one call looks is bounded. */
  readonly next: number | null
}

export interface DenialSum {
  readonly bucket: number
  /** Of the feature or subject grouped by; '' otherwise. */
  readonly value: string
  readonly denials: bigint
}

export interface Denials {
  readonly sums: readonly DenialSum[]
  /** There were more than are looked at: the newest are counted. */
  readonly cut: boolean
}

/** What the explorer shows. Never behind: what is not rolled up yet is counted from the events themselves. */
export interface UsageReader {
  sums(query: UsageSumsQuery & InZone & { readonly periodEdgesMs: readonly number[] }): Promise<UsageSums>
  /** Newest first, by the order in which they happened to the customer. */
  rows(query: UsageRowsQuery): Promise<UsageRows>
  /** Recorded denials with those counted onto them; only features and subjects are known of them. */
  denials(query: Pick<UsageSumsQuery, 'customer' | 'edgesMs' | 'by' | 'filter'>): Promise<Denials>
  /** Values of each dimension in a range, most used first, at most 100 each. */
  values(query: InZone & { customer: CustomerId; fromMs: number; toMs: number }): Promise<UsageValues>

  /** Customers with `least` state versions or more that are not rolled up, after one by id; at most `limit` are looked at. */
  behind(query: { after: CustomerId | null; limit: number; least: number }): Promise<{
    readonly customers: readonly CustomerId[]
    readonly next: CustomerId | null
  }>
  /**
   * Adds the next events of a customer, at most `limit`, each exactly once whoever else does the same; says how many. Told
   * another zone than before, it first takes away what was added: once a call says that nothing is left, it is done.
   */
  rollUp(query: InZone & { customer: CustomerId; limit: number }): Promise<RolledUp>
}

export interface RolledUp {
  readonly added: number
  /** There is more to do for this customer, and nobody else is at it. */
  readonly more: boolean
}

export type UsageValues = Readonly<Record<UsageDimension, readonly string[]>>
