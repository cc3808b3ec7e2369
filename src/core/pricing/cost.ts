import type { Policy } from '../policy/policy.ts'
import { AmountOverflow, MAX_AMOUNT, type MicroCredits } from '../shared/amount.ts'
import { assert } from '../shared/assert.ts'
import { divideUp } from '../shared/rational.ts'
import type { ArithmeticLine } from '../settlement/events.ts'
import type { Attributes, Price, Usage } from '../waterfall/request.ts'
import { type FeatureRates, matches, type Rate, ratesOf } from './rate-card.ts'

export type Pricing =
  | { readonly ok: true; readonly cost: MicroCredits; readonly arithmetic: readonly ArithmeticLine[] }
  | { readonly ok: false; readonly reason: 'unknown_feature' }
  | { readonly ok: false; readonly reason: 'unknown_meter'; readonly meter: string }

const UNKNOWN_FEATURE: Pricing = { ok: false, reason: 'unknown_feature' }
const NO_ARITHMETIC: readonly ArithmeticLine[] = []
const NO_FACTORS: readonly string[] = []

/**
 * What a request costs, in whole micro-credits.
 *
 * cost = ceil(sum over meters of units x rate x every multiplier that matches), in exact fractions, rounded up once.
 * The first rate that matches prices a meter; a meter without one costs nothing. A cost decided elsewhere has no arithmetic.
 * There is one arithmetic line per meter with units, in the feature's order. Throws AmountOverflow above 2^63 - 1.
 */
export function priceOf(policy: Policy, feature: string, price: Price, attributes: Attributes): Pricing {
  const rates = ratesOf(policy, feature)
  if (!rates) return UNKNOWN_FEATURE
  if (price.kind === 'cost') return { ok: true, cost: storable(price.cost), arithmetic: NO_ARITHMETIC }
  for (const meter in price.usage) {
    if (!rates.known.has(meter)) return { ok: false, reason: 'unknown_meter', meter }
  }

  const cost = costOfUsage(rates, price.usage, attributes)
  return { ok: true, cost, arithmetic: arithmeticOf(rates, price.usage, attributes) }
}

/** The cost alone of what `priceOf` prices, for who does not show the arithmetic; null where it would not price. */
export function costOf(policy: Policy, feature: string, price: Price, attributes: Attributes): MicroCredits | null {
  const rates = ratesOf(policy, feature)
  if (!rates) return null
  if (price.kind === 'cost') return storable(price.cost)
  for (const meter in price.usage) if (!rates.known.has(meter)) return null
  return costOfUsage(rates, price.usage, attributes)
}

function costOfUsage(rates: FeatureRates, usage: Usage, attributes: Attributes): MicroCredits {
  let sum = 0n
  for (const { meter, rates: candidates } of rates.meters) {
    const units = unitsOf(usage, meter)
    const rate = units === 0 ? null : firstMatch(candidates, attributes)
    if (rate !== null) sum += BigInt(units) * rate.numerator
  }
  let { denominator } = rates
  for (const multiplier of rates.multipliers) {
    if (!matches(multiplier.conditions, attributes)) continue
    sum *= multiplier.numerator
    denominator *= multiplier.denominator
  }
  return storable(divideUp(sum, denominator))
}

function arithmeticOf(rates: FeatureRates, usage: Usage, attributes: Attributes): readonly ArithmeticLine[] {
  const factors = factorsOf(rates, attributes)
  const arithmetic: ArithmeticLine[] = []
  for (const { meter, rates: candidates } of rates.meters) {
    const units = unitsOf(usage, meter)
    if (units === 0) continue
    const rate = firstMatch(candidates, attributes)
    arithmetic.push({
      meter,
      units,
      microCredits: rate ? rate.microCredits : 0n,
      per: rate ? rate.per : 1,
      multipliers: factors,
    })
  }
  return arithmetic
}

function unitsOf(usage: Usage, meter: string): number {
  const units = usage[meter] ?? 0
  assert(Number.isSafeInteger(units) && units >= 0, 'units of a meter are a whole number from 0 to 2^53 - 1')
  return units
}

function firstMatch(candidates: readonly Rate[], attributes: Attributes): Rate | null {
  for (const rate of candidates) if (matches(rate.conditions, attributes)) return rate
  return null
}

function factorsOf(rates: FeatureRates, attributes: Attributes): readonly string[] {
  if (rates.multipliers.length === 0) return NO_FACTORS
  return rates.multipliers
    .filter((multiplier) => matches(multiplier.conditions, attributes))
    .map((multiplier) => multiplier.factor)
}

function storable(cost: bigint): MicroCredits {
  assert(cost >= 0n, 'a cost is never negative')
  if (cost > MAX_AMOUNT) throw new AmountOverflow(`cost ${cost} is above ${MAX_AMOUNT} micro-credits`)
  return cost
}
