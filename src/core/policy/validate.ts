import { LAYERS, type PolicyDocument } from './document.ts'
import {
  checkAmount,
  checkKnown,
  checkName,
  checkUnique,
  checkWhole,
  type PolicyProblem,
  type Report,
} from './problem.ts'
import { validateRates } from './validate-rates.ts'
import { validateTier } from './validate-tier.ts'

export type { PolicyProblem } from './problem.ts'

const MAX_TTL_SECONDS = 30 * 86_400
const MAX_EXPIRY_DAYS = 3_700

/**
 * Everything that keeps a document from being published, in the document's order; empty when it is valid. The document's
 * shape must be right already (types, required fields): this looks at what the shape cannot say.
 */
export function validatePolicy(document: PolicyDocument): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  const report: Report = (path, problem) => problems.push({ path, problem })
  validateNames(document, report)
  validateRates(document, report)
  validateLayers(document.layers, report)
  const tiers = Object.entries(document.tiers)
  if (tiers.length === 0) report('tiers', 'There is no tier, which locks everyone out: add one.')
  for (const [id, tier] of tiers) validateTier(document, id, tier, report)
  validateHolds(document.holds, report)
  if (document.uncovered.kind === 'debt') {
    const { maxMicroCredits } = document.uncovered
    checkAmount('uncovered.maxMicroCredits', maxMicroCredits, 'use "absorb" when nobody may owe anything', report)
  }
  validatePacks(document.packs ?? [], report)
  return problems
}

function validateNames(document: PolicyDocument, report: Report): void {
  for (const meter of Object.keys(document.meters)) checkName(`meters.${meter}`, meter, report)
  const features = Object.entries(document.features)
  if (features.length === 0) report('features', 'There is no feature, so nothing can be asked for: add one.')
  for (const [id, feature] of features) {
    const path = `features.${id}`
    checkName(path, id, report)
    if (feature.meters.length === 0)
      report(`${path}.meters`, 'No meter is named, so the feature can never cost anything: name one.')
    checkUnique(`${path}.meters`, feature.meters, report)
    checkKnown(`${path}.meters`, feature.meters, { what: 'meter', record: document.meters }, report)
  }
  for (const tier of Object.keys(document.tiers)) checkName(`tiers.${tier}`, tier, report)
}

function validateLayers(layers: PolicyDocument['layers'], report: Report): void {
  if (layers.length === 0)
    report('layers', `No layer is drawn, so nothing is ever covered: name at least one of ${LAYERS.join(', ')}.`)
  checkUnique('layers', layers, report)
  layers.forEach((layer, index) => {
    if (!LAYERS.includes(layer)) report(`layers[${index}]`, `There is no layer "${layer}": use ${LAYERS.join(', ')}.`)
  })
}

function validateHolds({ defaultTtlSeconds, maxTtlSeconds }: PolicyDocument['holds'], report: Report): void {
  checkWhole('holds.defaultTtlSeconds', defaultTtlSeconds, { least: 1, most: MAX_TTL_SECONDS }, report)
  checkWhole('holds.maxTtlSeconds', maxTtlSeconds, { least: 1, most: MAX_TTL_SECONDS }, report)
  if (defaultTtlSeconds > maxTtlSeconds) {
    report(
      'holds.defaultTtlSeconds',
      `${defaultTtlSeconds} s is above the longest, ${maxTtlSeconds} s: lower it, or raise maxTtlSeconds.`,
    )
  }
}

function validatePacks(packs: NonNullable<PolicyDocument['packs']>, report: Report): void {
  checkUnique(
    'packs',
    packs.map((pack) => pack.id),
    report,
  )
  packs.forEach((pack, index) => {
    const path = `packs[${index}]`
    checkName(`${path}.id`, pack.id, report)
    checkAmount(`${path}.credits`, pack.credits, 'remove the pack, or put credits into it', report)
    checkWhole(`${path}.priceMinor`, pack.priceMinor, { least: 1, most: Number.MAX_SAFE_INTEGER }, report)
    if (!/^[A-Z]{3}$/.test(pack.currency))
      report(`${path}.currency`, `"${pack.currency}" is no currency: use an ISO 4217 code such as "EUR".`)
    if (pack.tax !== undefined) checkWhole(`${path}.tax.perMille`, pack.tax.perMille, { least: 0, most: 1_000 }, report)
    if (pack.expiresAfterDays !== undefined) {
      checkWhole(`${path}.expiresAfterDays`, pack.expiresAfterDays, { least: 1, most: MAX_EXPIRY_DAYS }, report)
    }
  })
}
