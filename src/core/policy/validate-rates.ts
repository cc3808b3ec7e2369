import { parseDecimal } from '../shared/rational.ts'
import type { PolicyDocument, RateCardDocument } from './document.ts'
import { checkAmount, checkReference, checkWhole, type Report } from './problem.ts'

type Rate = RateCardDocument['rates'][number]

/** Rates and multipliers name what exists, are numbers, and each rate can be reached. */
export function validateRates(document: PolicyDocument, report: Report): void {
  const { rates, multipliers = [] } = document.rateCard
  const meters = { what: 'meter', record: document.meters }
  const features = { what: 'feature', record: document.features }
  rates.forEach((rate, index) => {
    const path = `rateCard.rates[${index}]`
    checkReference(`${path}.meter`, rate.meter, meters, report)
    checkAmount(`${path}.microCredits`, rate.microCredits, null, report)
    if (rate.per !== undefined) checkWhole(`${path}.per`, rate.per, { least: 1, most: Number.MAX_SAFE_INTEGER }, report)
    if (rate.feature !== undefined) {
      checkReference(`${path}.feature`, rate.feature, features, report)
      const feature = Object.hasOwn(document.features, rate.feature) ? document.features[rate.feature] : undefined
      if (feature && Object.hasOwn(document.meters, rate.meter) && !feature.meters.includes(rate.meter)) {
        report(
          path,
          `"${rate.feature}" does not count "${rate.meter}", so this never applies: add the meter to the feature, or remove the rate.`,
        )
      }
    }
    const first = rates.findIndex((earlier) => covers(earlier, rate))
    if (first < index)
      report(path, `rateCard.rates[${first}] matches first whenever this would: move this one above it, or remove it.`)
  })
  multipliers.forEach((multiplier, index) => {
    const path = `rateCard.multipliers[${index}]`
    if (multiplier.feature !== undefined) checkReference(`${path}.feature`, multiplier.feature, features, report)
    if (parseDecimal(multiplier.factor) === null) {
      report(
        `${path}.factor`,
        `"${multiplier.factor}" is no factor: write a decimal string such as "1.5", at most 9 digits on each side.`,
      )
    }
  })
}

/** Whether the first matches every request that the second matches. */
function covers(first: Rate, second: Rate): boolean {
  if (first.meter !== second.meter || (first.feature !== undefined && first.feature !== second.feature)) return false
  return Object.entries(first.attributes ?? {}).every(([name, value]) => second.attributes?.[name] === value)
}
