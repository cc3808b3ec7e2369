import type { Policy } from '../../core/policy/policy.ts'
import { priceOf } from '../../core/pricing/cost.ts'
import { AmountOverflow } from '../../core/shared/amount.ts'
import type { Attributes, Price } from '../../core/waterfall/request.ts'

/** Why a request cannot be priced. */
export type PriceProblem =
  | { readonly kind: 'unknown_feature'; readonly feature: string }
  | { readonly kind: 'unknown_meter'; readonly feature: string; readonly meter: string }
  /** The cost does not fit 2^63 - 1 micro-credits. */
  | { readonly kind: 'cost_overflow' }

/** Null: it has a price. */
export function priceProblem(
  policy: Policy,
  asked: { readonly feature: string; readonly price: Price; readonly attributes: Attributes },
): PriceProblem | null {
  const { feature, price, attributes } = asked
  try {
    const priced = priceOf(policy, feature, price, attributes)
    if (priced.ok) return null
    return priced.reason === 'unknown_feature'
      ? { kind: 'unknown_feature', feature }
      : { kind: 'unknown_meter', feature, meter: priced.meter }
  } catch (fault) {
    if (fault instanceof AmountOverflow) return { kind: 'cost_overflow' }
    throw fault
  }
}
