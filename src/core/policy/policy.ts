import type { MicroCredits } from '../shared/amount.ts'
import type { SpendCap } from '../waterfall/state.ts'
import type { AllowanceDocument, Layer, PolicyDocument } from './document.ts'

/** The compiled, immutable, numbered rules that a decision cites. Made by `compilePolicy`, read by `decide`. */
export interface Policy {
  readonly version: number
  readonly document: PolicyDocument
  readonly layers: readonly Layer[]
  readonly tiers: ReadonlyMap<string, Tier>
  readonly uncovered: { readonly kind: 'absorb' } | { readonly kind: 'debt'; readonly max: MicroCredits }
  readonly holds: { readonly defaultTtlMs: number; readonly maxTtlMs: number }
}

export interface Tier {
  readonly id: string
  readonly title: string
  readonly priority: 'low' | 'normal' | 'high'
  readonly guards: readonly Guard[]
  readonly windows: readonly IncludedWindow[]
  readonly caps: readonly SpendCap[]
  readonly allowances: readonly Allowance[]
  /** What of the above applies to one feature; made once per feature. Null: the policy has no such feature. */
  rulesFor(feature: string): FeatureRules | null
}

export interface FeatureRules {
  readonly feature: string
  readonly enabled: boolean
  readonly entitled: boolean
  /** Guards that every request meets, in the document's order. */
  readonly guards: readonly Guard[]
  /** Guards reached only through another's `paidUse`, by id. */
  readonly paidGuards: ReadonlyMap<string, Guard>
  readonly windows: readonly IncludedWindow[]
}

interface GuardCommon {
  readonly id: string
  /** Where its state is kept: `id`, or `id:feature` when it counts per feature. */
  readonly key: string
  readonly scope: 'customer' | 'subject'
  readonly features: readonly string[] | null
  readonly perFeature: boolean
  readonly paidUse: string | null
}
export type Counted = { readonly kind: 'requests' } | { readonly kind: 'meter'; readonly meter: string }
export type Guard =
  /** Admits at most `burst + rate x t / perMs` units in any interval of t ms. */
  | (GuardCommon & {
      readonly kind: 'burst'
      readonly counts: Counted
      readonly rate: number
      readonly perMs: number
      readonly burst: number
    })
  /** Admits at most `limit` units in any interval of `windowMs`. */
  | (GuardCommon & {
      readonly kind: 'sliding'
      readonly counts: Counted
      readonly limit: number
      readonly windowMs: number
      readonly subBuckets: number
    })
  /** At most `limit` open holds. */
  | (GuardCommon & { readonly kind: 'concurrency'; readonly limit: number })

export type Period =
  | { readonly kind: 'first_use'; readonly lengthMs: number }
  | { readonly kind: 'anchored_length'; readonly lengthMs: number }
  | { readonly kind: 'anchored_months'; readonly months: number }
  | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month'; readonly zone: string }

export type IncludedWindow = {
  readonly id: string
  readonly title: string
  readonly limit: MicroCredits
  readonly features: readonly string[] | null
} & (
  | { readonly kind: 'fixed'; readonly period: Period }
  | { readonly kind: 'sliding'; readonly lengthMs: number; readonly subBuckets: number }
)

export interface Allowance {
  readonly id: string
  readonly title: string
  readonly amount: MicroCredits
  readonly priority: number
  readonly features: readonly string[] | null
  readonly period: Exclude<Period, { kind: 'first_use' }>
  readonly rollover: { readonly max: MicroCredits; readonly periods: number } | null
  readonly document: AllowanceDocument
}
