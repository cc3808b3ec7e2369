import { credits, describeMatch, describeRate } from './describe.ts'
import { diffTiers } from './diff-tier.ts'
import { diffFields, diffItems, diffOrder, type PolicyChange, type Say } from './difference.ts'
import type { PolicyDocument, RateCardDocument } from './document.ts'

export type { PolicyChange } from './difference.ts'

type Rate = RateCardDocument['rates'][number]
type Multiplier = NonNullable<RateCardDocument['multipliers']>[number]

/**
 * What publishing `after` over `before` changes, one readable sentence each, in the document's order. Items of a list are
 * told apart by id, so that a moved one is not a new one. Empty only when both documents say the same.
 */
export function diffPolicies(before: PolicyDocument, after: PolicyDocument): readonly PolicyChange[] {
  const changes: PolicyChange[] = []
  const say: Say = (change) => changes.push(change)
  diffFields({ title: before.title }, { title: after.title }, { path: '', subject: 'Policy', fields: {} }, (change) =>
    say({ ...change, path: 'title' }),
  )
  diffCatalogue(before, after, say)
  diffRates(before.rateCard, after.rateCard, say)
  if (before.layers.join() !== after.layers.join()) {
    const sentence = `Layers are drawn in the order ${after.layers.join(', ')} (it was: ${before.layers.join(', ')}).`
    say({ path: 'layers', sentence, before: before.layers, after: after.layers })
  }
  diffTiers(before, after, say)
  diffRest(before, after, say)
  return changes
}

function diffCatalogue(before: PolicyDocument, after: PolicyDocument, say: Say): void {
  const meters = (document: PolicyDocument) => new Map(Object.entries(document.meters))
  diffItems(
    meters(before),
    meters(after),
    {
      subject: 'Meter',
      path: (key) => `meters.${key}`,
      name: (_, key) => key,
      describe: ({ title, unit }) => `${title}, in ${unit}`,
      change: ({ key, before, after, subject }) =>
        diffFields(before, after, { path: `meters.${key}`, subject, fields: {} }, say),
    },
    say,
  )
  const features = (document: PolicyDocument) => new Map(Object.entries(document.features))
  diffItems(
    features(before),
    features(after),
    {
      subject: 'Feature',
      path: (key) => `features.${key}`,
      name: (_, key) => key,
      describe: ({ title, meters }) => `${title}, counting ${meters.join(', ')}`,
      change: ({ key, before, after, subject }) =>
        diffFields(before, after, { path: `features.${key}`, subject, fields: FEATURE }, say),
    },
    say,
  )
}

const FEATURE = {
  meters: { label: 'what it counts', words: (meters: readonly string[]) => meters.join(', ') },
  enabled: { label: 'its switch', words: (enabled: boolean | undefined) => (enabled === false ? 'off' : 'on') },
}

function diffRates(before: RateCardDocument, after: RateCardDocument, say: Say): void {
  const rates = (card: RateCardDocument) => keyed(card.rates, describeMatch)
  diffItems(
    rates(before),
    rates(after),
    {
      subject: 'Rate for',
      path: (key) => `rateCard.rates[${key}]`,
      name: (_, key) => key,
      describe: describeRate,
      change: ({ key, before, after, subject }) => {
        if (describeRate(before) !== describeRate(after) || before.per !== after.per) {
          const sentence = `${subject}: the price changes from ${describeRate(before)} to ${describeRate(after)}.`
          say({ path: `rateCard.rates[${key}]`, sentence, before, after })
        }
      },
    },
    say,
  )
  const place = { path: 'rateCard.rates', subject: 'Rates', why: 'the first that matches prices a meter' }
  diffOrder([...rates(before).keys()], [...rates(after).keys()], place, say)

  const multipliers = (card: RateCardDocument) => keyed(card.multipliers ?? [], describeMatch)
  diffItems<Multiplier>(
    multipliers(before),
    multipliers(after),
    {
      subject: 'Multiplier for',
      path: (key) => `rateCard.multipliers[${key}]`,
      name: (_, key) => key,
      describe: ({ factor }) => `times ${factor}`,
      change: ({ key, before, after, subject }) =>
        diffFields(before, after, { path: `rateCard.multipliers[${key}]`, subject, fields: { factor: FACTOR } }, say),
    },
    say,
  )
  const lines = {
    path: 'rateCard.multipliers',
    subject: 'Multipliers',
    why: 'the price stays, the arithmetic is listed in that order',
  }
  diffOrder([...multipliers(before).keys()], [...multipliers(after).keys()], lines, say)
}

const FACTOR = { label: 'the factor', words: (factor: string) => factor }

/** By what each applies to; the second and later of the same are counted, so that none is lost. */
function keyed<T extends Rate | Multiplier>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T> {
  const map = new Map<string, T>()
  for (const item of items) {
    const key = keyOf(item)
    let unique = key
    for (let count = 2; map.has(unique); count++) unique = `${key} (${count})`
    map.set(unique, item)
  }
  return map
}

function diffRest(before: PolicyDocument, after: PolicyDocument, say: Say): void {
  diffFields(before.holds, after.holds, { path: 'holds', subject: 'Holds', fields: HOLDS }, say)
  if (uncoveredWords(before.uncovered) !== uncoveredWords(after.uncovered)) {
    const sentence = `Usage that nothing covers is now ${uncoveredWords(after.uncovered)} (it was ${uncoveredWords(before.uncovered)}).`
    say({ path: 'uncovered', sentence, before: before.uncovered, after: after.uncovered })
  }
  const packs = (document: PolicyDocument) => new Map((document.packs ?? []).map((pack) => [pack.id, pack]))
  diffItems(
    packs(before),
    packs(after),
    {
      subject: 'Pack',
      path: (key) => `packs[${key}]`,
      name: (pack) => `"${pack.title}"`,
      describe: (pack) => `${credits(pack.credits)} for ${price(pack)}`,
      change: ({ key, before, after, subject }) =>
        diffFields(before, after, { path: `packs[${key}]`, subject, fields: PACK }, say),
    },
    say,
  )
  const place = { path: 'packs', subject: 'Packs', why: 'they are offered in that order' }
  diffOrder([...packs(before).keys()], [...packs(after).keys()], place, say)
}

const HOLDS = {
  defaultTtlSeconds: { label: 'the usual lifetime', words: (seconds: number) => `${seconds} s` },
  maxTtlSeconds: { label: 'the longest lifetime', words: (seconds: number) => `${seconds} s` },
}

const PACK = {
  credits: { label: 'what it holds', words: credits },
  priceMinor: { label: 'the price in minor units', words: String },
  tax: {
    label: 'the tax in the price',
    words: (tax: { perMille: number; note: string } | undefined) => tax?.note ?? 'none',
  },
  expiresAfterDays: {
    label: 'its expiry',
    words: (days: number | undefined) => (days === undefined ? 'never' : `${days} days`),
  },
}

const price = (pack: { priceMinor: number; currency: string }) => `${pack.priceMinor} minor units of ${pack.currency}`

function uncoveredWords(uncovered: PolicyDocument['uncovered']): string {
  return uncovered.kind === 'absorb' ? 'absorbed' : `owed, up to ${credits(uncovered.maxMicroCredits)} per customer`
}
