import { isZone } from '../shared/calendar.ts'
import type { AllowanceDocument, CapDocument, PolicyDocument, TierDocument, WindowDocument } from './document.ts'
import {
  checkAmount,
  checkKnown,
  checkLength,
  checkName,
  checkScope,
  checkSubBuckets,
  checkUnique,
  checkWhole,
  type Known,
  type Report,
} from './problem.ts'
import { validateGuards } from './validate-guards.ts'

const MAX_MONTHS = 120
const MAX_ROLLOVER_PERIODS = 24

/** A tier's features, guards, windows, allowances and caps. */
export function validateTier(document: PolicyDocument, id: string, tier: TierDocument, report: Report): void {
  const path = `tiers.${id}`
  const features = { what: 'feature', record: document.features }
  if (tier.features !== '*') {
    if (tier.features.length === 0) {
      report(
        `${path}.features`,
        'The tier has no feature, which locks everyone out of it: name one, or use "*" for all.',
      )
    }
    checkUnique(`${path}.features`, tier.features, report)
    checkKnown(`${path}.features`, tier.features, features, report)
  }
  validateGuards(document, `${path}.guards`, tier.guards, report)
  validateEach(`${path}.windows`, tier.windows, report, (at, window) => validateWindow(at, window, features, report))
  validateEach(`${path}.allowances`, tier.allowances ?? [], report, (at, allowance) =>
    validateAllowance(at, allowance, features, report),
  )
  validateEach(`${path}.caps`, tier.caps ?? [], report, (at, cap) => validateCap(at, cap, report))
}

function validateEach<T extends { id: string }>(
  path: string,
  items: readonly T[],
  report: Report,
  validate: (path: string, item: T) => void,
): void {
  checkUnique(
    path,
    items.map((item) => item.id),
    report,
  )
  items.forEach((item, index) => {
    checkName(`${path}[${index}].id`, item.id, report)
    validate(`${path}[${index}]`, item)
  })
}

function validateWindow(path: string, window: WindowDocument, features: Known, report: Report): void {
  checkAmount(`${path}.limit`, window.limit, 'remove the window where nothing is included', report)
  checkScope(`${path}.features`, window.features, features, report)
  if (window.kind === 'sliding') {
    checkLength(`${path}.lengthMs`, window.lengthMs, report)
    checkSubBuckets(`${path}.subBuckets`, window.subBuckets, window.lengthMs, report)
  } else if (window.anchor === 'first_use') checkLength(`${path}.lengthMs`, window.lengthMs, report)
  else validatePeriod(path, window, report)
}

function validatePeriod(path: string, every: AllowanceDocument['every'], report: Report): void {
  if (every.anchor === 'calendar') {
    if (every.zone !== 'customer' && !isZone(every.zone)) {
      report(
        `${path}.zone`,
        `There is no zone "${every.zone}": use an IANA name such as "Europe/Berlin", or "customer" for each customer's own.`,
      )
    }
  } else if ('months' in every) checkWhole(`${path}.months`, every.months, { least: 1, most: MAX_MONTHS }, report)
  else checkLength(`${path}.lengthMs`, every.lengthMs, report)
}

function validateAllowance(path: string, allowance: AllowanceDocument, features: Known, report: Report): void {
  checkAmount(`${path}.amount`, allowance.amount, 'remove the allowance where nothing is given', report)
  checkScope(`${path}.features`, allowance.features, features, report)
  validatePeriod(`${path}.every`, allowance.every, report)
  if (allowance.rollover === undefined) return
  checkAmount(`${path}.rollover.max`, allowance.rollover.max, 'leave rollover out where nothing carries over', report)
  checkWhole(`${path}.rollover.periods`, allowance.rollover.periods, { least: 1, most: MAX_ROLLOVER_PERIODS }, report)
}

/** A cap of 0 is a rule: this tier never draws bought credits. */
function validateCap(path: string, cap: CapDocument, report: Report): void {
  checkAmount(`${path}.limit`, cap.limit, null, report)
}
