import type { RateCardDocument } from '../policy/document.ts'
import type { Policy } from '../policy/policy.ts'
import { assert } from '../shared/assert.ts'
import type { MicroCredits } from '../shared/amount.ts'
import { leastCommonMultiple, parseDecimal } from '../shared/rational.ts'
import type { Attributes } from '../waterfall/request.ts'

/** The rate card as one feature sees it: only rates and multipliers that can match, in the document's order. */
export interface FeatureRates {
  /** In the feature's own order, so that the arithmetic does not depend on how a request was spelled. */
  readonly meters: readonly { readonly meter: string; readonly rates: readonly Rate[] }[]
  readonly known: ReadonlySet<string>
  /** Common denominator of all rates: sums stay whole numbers until the one division. */
  readonly denominator: bigint
  readonly multipliers: readonly Multiplier[]
}

export interface Rate {
  readonly conditions: Conditions
  readonly microCredits: MicroCredits
  readonly per: number
  /** Price of one unit, in parts of `denominator`. */
  readonly numerator: bigint
}

export interface Multiplier {
  readonly conditions: Conditions
  readonly factor: string
  readonly numerator: bigint
  readonly denominator: bigint
}

type Conditions = readonly { readonly name: string; readonly value: string }[]

const conditionsOf = (attributes: Attributes): Conditions =>
  Object.entries(attributes).map(([name, value]) => ({ name, value }))

export function matches(conditions: Conditions, attributes: Attributes): boolean {
  for (const { name, value } of conditions) if (attributes[name] !== value) return false
  return true
}

/** One entry per feature of the policy, and none for names that requests make up: bounded by the document. */
const compiled = new WeakMap<Policy, Map<string, FeatureRates>>()

/** The rates of a feature, made once per policy and feature; null when the policy has no such feature. */
export function ratesOf(policy: Policy, feature: string): FeatureRates | null {
  let byFeature = compiled.get(policy)
  if (!byFeature) compiled.set(policy, (byFeature = new Map()))
  const known = byFeature.get(feature)
  if (known) return known
  const { features, rateCard } = policy.document
  if (!Object.hasOwn(features, feature)) return null
  const made = compileRates(rateCard, feature, features[feature]?.meters ?? [])
  byFeature.set(feature, made)
  return made
}

function compileRates(card: RateCardDocument, feature: string, meters: readonly string[]): FeatureRates {
  const listed = new Set(meters)
  const rates = card.rates.filter((rate) => listed.has(rate.meter) && (rate.feature ?? feature) === feature)
  const denominator = rates.reduce((common, rate) => leastCommonMultiple(common, BigInt(rate.per ?? 1)), 1n)
  const compileRate = (rate: RateCardDocument['rates'][number]): Rate => {
    const per = rate.per ?? 1
    const microCredits = BigInt(rate.microCredits)
    const numerator = microCredits * (denominator / BigInt(per))
    return { conditions: conditionsOf(rate.attributes ?? {}), microCredits, per, numerator }
  }
  return {
    meters: [...listed].map((meter) => ({
      meter,
      rates: rates.filter((rate) => rate.meter === meter).map(compileRate),
    })),
    known: listed,
    denominator,
    multipliers: (card.multipliers ?? [])
      .filter((each) => (each.feature ?? feature) === feature)
      .map(compileMultiplier),
  }
}

function compileMultiplier(multiplier: NonNullable<RateCardDocument['multipliers']>[number]): Multiplier {
  const value = parseDecimal(multiplier.factor)
  assert(value !== null, `multiplier factor "${multiplier.factor}" is a decimal: validated before it is compiled`)
  return { conditions: conditionsOf(multiplier.attributes), factor: multiplier.factor, ...value }
}
