import type { Policy } from '../policy/policy.ts'
import { AmountOverflow, MAX_AMOUNT, type MicroCredits } from '../shared/amount.ts'
import { assert } from '../shared/assert.ts'
import { divideUp } from '../shared/rational.ts'
import type { ArithmeticLine } from '../settlement/events.ts'
import type { Attributes, Price } from '../waterfall/request.ts'
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

  const multiplied = multiply(rates, attributes)
  const arithmetic: ArithmeticLine[] = []
  let sum = 0n
  for (const { meter, rates: candidates } of rates.meters) {
    const units = price.usage[meter] ?? 0
    if (units === 0) continue
    assert(Number.isSafeInteger(units) && units > 0, 'units of a meter are a whole number from 0 to 2^53 - 1')
    const rate = firstMatch(candidates, attributes)
    if (rate) sum += BigInt(units) * rate.numerator
    arithmetic.push({
      meter,
      units,
      microCredits: rate ? rate.microCredits : 0n,
      per: rate ? rate.per : 1,
      multipliers: multiplied.factors,
    })
  }
  return { ok: true, cost: storable(divideUp(sum * multiplied.numerator, multiplied.denominator)), arithmetic }
}

function firstMatch(candidates: readonly Rate[], attributes: Attributes): Rate | null {
  for (const rate of candidates) if (matches(rate.conditions, attributes)) return rate
  return null
}

/** The product of all multipliers that match, over the card's own denominator. */
function multiply(rates: FeatureRates, attributes: Attributes) {
  let numerator = 1n
  let denominator = rates.denominator
  let factors: string[] | null = null
  for (const multiplier of rates.multipliers) {
    if (!matches(multiplier.conditions, attributes)) continue
    numerator *= multiplier.numerator
    denominator *= multiplier.denominator
    if (factors) factors.push(multiplier.factor)
    else factors = [multiplier.factor]
  }
  return { numerator, denominator, factors: factors ?? NO_FACTORS }
}

function storable(cost: bigint): MicroCredits {
  assert(cost >= 0n, 'a cost is never negative')
  if (cost > MAX_AMOUNT) throw new AmountOverflow(`cost ${cost} is above ${MAX_AMOUNT} micro-credits`)
  return cost
}
