/**
 * The policy document as people write and read it: JSON, amounts as decimal strings of micro-credits.
 * `compile.ts` turns a validated document into the `Policy` that `decide` reads.
 */
export const LAYERS = ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'] as const
/** One source in the waterfall. A grant's kind is the layer it is drawn in. */
export type Layer = (typeof LAYERS)[number]
export type GrantKind = Exclude<Layer, 'included'>

export interface PolicyDocument {
  title: string
  /** How a feature's units are counted. */
  meters: Record<string, { title: string; unit: string }>
  /** What access is asked for. `enabled: false` is the kill switch. */
  features: Record<string, { title: string; meters: string[]; enabled?: boolean }>
  rateCard: RateCardDocument
  /** Order in which layers are drawn; a layer that is left out is never drawn. */
  layers: Layer[]
  tiers: Record<string, TierDocument>
  holds: { defaultTtlSeconds: number; maxTtlSeconds: number }
  /** What becomes of usage above a hold that no layer covers. `debt` is bounded per customer. */
  uncovered: { kind: 'absorb' } | { kind: 'debt'; maxMicroCredits: string }
  packs?: {
    id: string
    title: string
    credits: string
    priceMinor: number
    currency: string
    /** Contained in the price. */
    tax?: { perMille: number; note: string }
    expiresAfterDays?: number
  }[]
}

export interface RateCardDocument {
  /** The first rate whose feature, meter and attributes all match prices the meter; a meter without a rate costs nothing. */
  rates: {
    meter: string
    feature?: string
    attributes?: Record<string, string>
    /** Price of `per` units (default 1), so that fractions of a micro-credit need no float. */
    microCredits: string
    per?: number
  }[]
  /** Every multiplier that matches applies, to the sum. `factor` is a decimal such as "1.5". */
  multipliers?: { feature?: string; attributes: Record<string, string>; factor: string }[]
}

export interface TierDocument {
  title: string
  /** Priority class under load. */
  priority: 'low' | 'normal' | 'high'
  /** Features of this tier; '*' is all. */
  features: string[] | '*'
  guards: GuardDocument[]
  windows: WindowDocument[]
  allowances?: AllowanceDocument[]
  /** Bounds on bought credits drawn per period. A customer's own caps come on top. */
  caps?: CapDocument[]
}

/** What a guard counts: requests, or the units of one meter (estimated at authorize, actual at consume). */
export type CountedDocument = 'requests' | { meter: string }

interface GuardBase {
  id: string
  /** Whose state: the customer's, or that of each subject. */
  scope: 'customer' | 'subject'
  /** Only these features; one shared state. Absent: all features. */
  features?: string[]
  /** True: one state per feature instead of one shared by all. */
  perFeature?: boolean
  /** A denial here may be passed by a request paid wholly by credits if this higher guard admits it. */
  paidUse?: string
}
export type GuardDocument =
  | (GuardBase & { kind: 'burst'; counts: CountedDocument; rate: number; perMs: number; burst: number })
  | (GuardBase & { kind: 'sliding'; counts: CountedDocument; limit: number; windowMs: number; subBuckets?: number })
  | (GuardBase & { kind: 'concurrency'; limit: number })

export type WindowDocument = {
  id: string
  title: string
  /** Capacity in micro-credits of cost. */
  limit: string
  features?: string[]
} & (
  | { kind: 'fixed'; anchor: 'first_use'; lengthMs: number }
  /** From the customer's own anchor, every `lengthMs` or every `months` (month ends clamp). */
  | { kind: 'fixed'; anchor: 'customer'; lengthMs: number }
  | { kind: 'fixed'; anchor: 'customer'; months: number }
  /** `zone`: an IANA name, or 'customer' for the customer's own. Weeks start on Monday. */
  | { kind: 'fixed'; anchor: 'calendar'; unit: 'day' | 'week' | 'month'; zone: string }
  | { kind: 'sliding'; lengthMs: number; subBuckets?: number }
)

export interface AllowanceDocument {
  id: string
  title: string
  amount: string
  priority?: number
  features?: string[]
  /** A new grant at each period's start; it ends with the period unless rollover carries some of it on. */
  every:
    | { anchor: 'customer'; months: number }
    | { anchor: 'customer'; lengthMs: number }
    | { anchor: 'calendar'; unit: 'day' | 'week' | 'month'; zone: string }
  /** At most `max` of what is left is carried into the next period, and expires `periods` periods later. */
  rollover?: { max: string; periods: number }
}

export interface CapDocument {
  id: string
  scope: 'customer' | 'subject' | 'task'
  limit: string
  period: 'day' | 'week' | 'month' | 'ever'
}
