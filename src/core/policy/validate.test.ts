import { describe, expect, it } from 'vitest'
import { policyOf } from '../testing/world.ts'
import type { GuardDocument, PolicyDocument } from './document.ts'
import { validatePolicy } from './validate.ts'

/** A valid document with one of everything. */
function sample(): PolicyDocument {
  return policyOf(
    {
      guards: [
        { id: 'burst', kind: 'burst', scope: 'subject', counts: 'requests', rate: 10, perMs: 1000, burst: 20 },
        {
          id: 'rpm',
          kind: 'sliding',
          scope: 'customer',
          counts: 'requests',
          limit: 60,
          windowMs: 60_000,
          subBuckets: 12,
          paidUse: 'paid',
        },
        { id: 'paid', kind: 'sliding', scope: 'customer', counts: 'requests', limit: 120, windowMs: 60_000 },
        {
          id: 'tpm',
          kind: 'sliding',
          scope: 'customer',
          counts: { meter: 'tokens' },
          limit: 1000,
          windowMs: 60_000,
          features: ['chat'],
        },
        { id: 'open', kind: 'concurrency', scope: 'customer', limit: 8 },
      ],
      windows: [
        { id: 'five_hour', title: '5 hours', limit: '100', kind: 'fixed', anchor: 'first_use', lengthMs: 18_000_000 },
        { id: 'month', title: 'Month', limit: '100', kind: 'fixed', anchor: 'customer', months: 1 },
        {
          id: 'day',
          title: 'Day',
          limit: '100',
          kind: 'fixed',
          anchor: 'calendar',
          unit: 'day',
          zone: 'Europe/Berlin',
        },
        {
          id: 'slide',
          title: 'Hour',
          limit: '100',
          kind: 'sliding',
          lengthMs: 3_600_000,
          subBuckets: 60,
          features: ['video'],
        },
      ],
      allowances: [
        {
          id: 'monthly',
          title: 'Monthly',
          amount: '5',
          every: { anchor: 'calendar', unit: 'month', zone: 'customer' },
          rollover: { max: '5', periods: 1 },
        },
      ],
      caps: [{ id: 'spend', scope: 'customer', limit: '0', period: 'month' }],
    },
    {
      rateCard: {
        rates: [
          { meter: 'tokens', feature: 'video', microCredits: '3' },
          { meter: 'tokens', attributes: { model: 'mini' }, microCredits: '1', per: 4 },
          { meter: 'tokens', microCredits: '0' },
        ],
        multipliers: [{ feature: 'video', attributes: { resolution: '4k' }, factor: '2.5' }],
      },
      uncovered: { kind: 'debt', maxMicroCredits: '5' },
      packs: [{ id: 'small', title: 'Small', credits: '5', priceMinor: 100, currency: 'EUR', expiresAfterDays: 30 }],
    },
  )
}

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are made in untyped JSON: some the types would refuse
type Mistake = (document: any, tier: any) => void

const problemsAfter = (mistake: Mistake) => {
  const document = sample()
  mistake(document, document.tiers.t)
  return validatePolicy(document)
}

const guard = (more: Partial<GuardDocument>) => ({
  id: 'more',
  kind: 'sliding',
  scope: 'customer',
  counts: 'requests',
  limit: 99,
  windowMs: 60_000,
  ...more,
})

describe('validating a policy', () => {
  it('finds nothing in a valid document', () => {
    expect(validatePolicy(sample())).toEqual([])
    expect(validatePolicy(policyOf())).toEqual([])
  })

  it.each<[string, Mistake, string, string]>([
    [
      'a name with capitals',
      (d) => {
        d.meters.Tokens = d.meters.tokens
      },
      'meters.Tokens',
      'start with a small letter',
    ],
    [
      'a name that every object has',
      (d) => {
        d.features = { ...d.features, constructor: d.features.chat }
      },
      'features.constructor',
      'choose another name',
    ],
    [
      'a tier name of nothing',
      (d, t) => {
        d.tiers[''] = t
      },
      'tiers.',
      'start with a small letter',
    ],
    [
      'a feature of an unknown meter',
      (d) => {
        d.features.chat.meters.push('seconds')
      },
      'features.chat.meters[1]',
      'add it to meters',
    ],
    [
      'a feature that counts twice',
      (d) => {
        d.features.chat.meters.push('tokens')
      },
      'features.chat.meters[1]',
      'there twice',
    ],
    [
      'a feature without meters',
      (d) => {
        d.features.more = { title: 'More', meters: [] }
      },
      'features.more.meters',
      'name one',
    ],

    [
      'a rate of an unknown meter',
      (d) => {
        d.rateCard.rates[0].meter = 'x'
      },
      'rateCard.rates[0].meter',
      'no meter "x"',
    ],
    [
      'a rate of an unknown feature',
      (d) => {
        d.rateCard.rates[0].feature = 'x'
      },
      'rateCard.rates[0].feature',
      'no feature "x"',
    ],
    [
      'a rate of a meter its feature does not count',
      (d) => {
        d.meters.x = d.meters.tokens
        d.rateCard.rates[0].meter = 'x'
      },
      'rateCard.rates[0]',
      'add the meter to the feature',
    ],
    [
      'a rate that is no amount',
      (d) => {
        d.rateCard.rates[0].microCredits = '1.5'
      },
      'rateCard.rates[0].microCredits',
      'whole micro-credits',
    ],
    [
      'a negative rate',
      (d) => {
        d.rateCard.rates[0].microCredits = '-1'
      },
      'rateCard.rates[0].microCredits',
      'whole micro-credits',
    ],
    [
      'a rate per nothing',
      (d) => {
        d.rateCard.rates[0].per = 0
      },
      'rateCard.rates[0].per',
      'from 1 to',
    ],
    [
      'a rate that is never reached',
      (d) => {
        d.rateCard.rates.unshift({ meter: 'tokens', feature: 'video', microCredits: '1' })
      },
      'rateCard.rates[1]',
      'rateCard.rates[0] matches first',
    ],
    [
      'a wider rate above a narrower',
      (d) => {
        d.rateCard.rates.push({ meter: 'tokens', attributes: { model: 'max' }, microCredits: '1' })
      },
      'rateCard.rates[3]',
      'rateCard.rates[2] matches first',
    ],
    [
      'a factor in words',
      (d) => {
        d.rateCard.multipliers[0].factor = '1e3'
      },
      'rateCard.multipliers[0].factor',
      'decimal string',
    ],
    [
      'a negative factor',
      (d) => {
        d.rateCard.multipliers[0].factor = '-1'
      },
      'rateCard.multipliers[0].factor',
      'decimal string',
    ],
    [
      'a multiplier of an unknown feature',
      (d) => {
        d.rateCard.multipliers[0].feature = 'x'
      },
      'rateCard.multipliers[0].feature',
      'no feature "x"',
    ],

    [
      'no layers',
      (d) => {
        d.layers = []
      },
      'layers',
      'nothing is ever covered',
    ],
    [
      'a layer twice',
      (d) => {
        d.layers.push('credits')
      },
      'layers[6]',
      'there twice',
    ],
    [
      'an unknown layer',
      (d) => {
        d.layers.push('moon')
      },
      'layers[6]',
      'no layer "moon"',
    ],
    [
      'no tiers',
      (d) => {
        d.tiers = {}
      },
      'tiers',
      'locks everyone out',
    ],
    [
      'a tier without features',
      (_, t) => {
        t.features = []
      },
      'tiers.t.features',
      'locks everyone out',
    ],
    [
      'a tier of an unknown feature',
      (_, t) => {
        t.features = ['chat', 'x']
      },
      'tiers.t.features[1]',
      'no feature "x"',
    ],
    [
      'a tier with a feature twice',
      (_, t) => {
        t.features = ['chat', 'chat']
      },
      'tiers.t.features[1]',
      'there twice',
    ],

    [
      'a window id twice',
      (_, t) => {
        t.windows[1].id = 'five_hour'
      },
      'tiers.t.windows[1]',
      'there twice',
    ],
    [
      'a window without room',
      (_, t) => {
        t.windows[0].limit = '0'
      },
      'tiers.t.windows[0].limit',
      'remove the window',
    ],
    [
      'a window of no time',
      (_, t) => {
        t.windows[0].lengthMs = 0
      },
      'tiers.t.windows[0].lengthMs',
      'whole milliseconds',
    ],
    [
      'a window of half a millisecond',
      (_, t) => {
        t.windows[3].lengthMs = 0.5
        delete t.windows[3].subBuckets
      },
      'tiers.t.windows[3].lengthMs',
      'whole milliseconds',
    ],
    [
      'a window of no months',
      (_, t) => {
        t.windows[1].months = 0
      },
      'tiers.t.windows[1].months',
      'from 1 to 120',
    ],
    [
      'a window in an unknown zone',
      (_, t) => {
        t.windows[2].zone = 'Europe/Bonn'
      },
      'tiers.t.windows[2].zone',
      'IANA name',
    ],
    [
      'a window of an unknown feature',
      (_, t) => {
        t.windows[3].features = ['x']
      },
      'tiers.t.windows[3].features[0]',
      'no feature "x"',
    ],
    [
      'a window of no feature',
      (_, t) => {
        t.windows[3].features = []
      },
      'tiers.t.windows[3].features',
      'leave the list out',
    ],
    [
      'sub-buckets that do not divide',
      (_, t) => {
        t.windows[3].subBuckets = 7
      },
      'tiers.t.windows[3].subBuckets',
      'choose a divisor',
    ],
    [
      'too many sub-buckets',
      (_, t) => {
        t.windows[3].subBuckets = 1001
      },
      'tiers.t.windows[3].subBuckets',
      '1 to 1000',
    ],

    [
      'an allowance of nothing',
      (_, t) => {
        t.allowances[0].amount = '0'
      },
      'tiers.t.allowances[0].amount',
      'remove the allowance',
    ],
    [
      'an allowance in an unknown zone',
      (_, t) => {
        t.allowances[0].every.zone = 'x'
      },
      'tiers.t.allowances[0].every.zone',
      'no zone "x"',
    ],
    [
      'a rollover of nothing',
      (_, t) => {
        t.allowances[0].rollover.max = '0'
      },
      'tiers.t.allowances[0].rollover.max',
      'leave rollover out',
    ],
    [
      'a rollover for no period',
      (_, t) => {
        t.allowances[0].rollover.periods = 0
      },
      'tiers.t.allowances[0].rollover.periods',
      'from 1 to 24',
    ],
    [
      'a cap that is no amount',
      (_, t) => {
        t.caps[0].limit = 'much'
      },
      'tiers.t.caps[0].limit',
      'whole micro-credits',
    ],
    [
      'a cap id twice',
      (_, t) => {
        t.caps.push(t.caps[0])
      },
      'tiers.t.caps[1]',
      'there twice',
    ],

    [
      'a guard id twice',
      (_, t) => {
        t.guards[3].id = 'burst'
      },
      'tiers.t.guards[3]',
      'there twice',
    ],
    [
      'a guard id with a colon',
      (_, t) => {
        t.guards[3].id = 'a:b'
      },
      'tiers.t.guards[3].id',
      'start with a small letter',
    ],
    [
      'a rate of 0',
      (_, t) => {
        t.guards[0].rate = 0
      },
      'tiers.t.guards[0].rate',
      'from 1 to',
    ],
    [
      'a burst of half',
      (_, t) => {
        t.guards[0].burst = 0.5
      },
      'tiers.t.guards[0].burst',
      'from 1 to',
    ],
    [
      'a burst that no clock can tell',
      (_, t) => {
        t.guards[0].rate = 1_000_000
      },
      'tiers.t.guards[0].burst',
      'lower rate',
    ],
    [
      'a burst that takes years',
      (_, t) => {
        t.guards[0].perMs = 86_400_000 * 200
      },
      'tiers.t.guards[0].burst',
      'more than a year',
    ],
    [
      'a guard that admits nothing',
      (_, t) => {
        t.guards[3].limit = 0
      },
      'tiers.t.guards[3].limit',
      'from 1 to',
    ],
    [
      'a guard over no time',
      (_, t) => {
        t.guards[3].windowMs = -1
      },
      'tiers.t.guards[3].windowMs',
      'whole milliseconds',
    ],
    [
      'more open holds than a state can bear',
      (_, t) => {
        t.guards[4].limit = 1001
      },
      'tiers.t.guards[4].limit',
      'from 1 to 1000',
    ],
    [
      'a guard of an unknown meter',
      (_, t) => {
        t.guards[3].counts.meter = 'x'
      },
      'tiers.t.guards[3].counts.meter',
      'no meter "x"',
    ],
    [
      'a guard that never fills',
      (d, t) => {
        d.meters.x = d.meters.tokens
        t.guards[3].counts.meter = 'x'
      },
      'tiers.t.guards[3].counts.meter',
      'never fills',
    ],
    [
      'a guard of an unknown feature',
      (_, t) => {
        t.guards[3].features = ['x', 'chat']
      },
      'tiers.t.guards[3].features[0]',
      'no feature "x"',
    ],

    [
      'paid use of a missing guard',
      (_, t) => {
        t.guards[1].paidUse = 'x'
      },
      'tiers.t.guards[1].paidUse',
      'no guard "x"',
    ],
    [
      'paid use of itself',
      (_, t) => {
        t.guards[1].paidUse = 'rpm'
      },
      'tiers.t.guards[1].paidUse',
      'break the circle',
    ],
    [
      'paid use up two steps',
      (_, t) => {
        t.guards[2].paidUse = 'more'
        t.guards.push(guard({ limit: 500 }))
      },
      'tiers.t.guards[1].paidUse',
      'one step up only',
    ],
    [
      'paid use of another scope',
      (_, t) => {
        t.guards[2].scope = 'subject'
      },
      'tiers.t.guards[1].paidUse',
      'one scope',
    ],
    [
      'paid use that counts something else',
      (_, t) => {
        t.guards[2].counts = { meter: 'tokens' }
      },
      'tiers.t.guards[1].paidUse',
      'let both count the same',
    ],
    [
      'paid use of a lower guard',
      (_, t) => {
        t.guards[2].limit = 59
      },
      'tiers.t.guards[1].paidUse',
      'admits less',
    ],
    [
      'paid use that leaves a feature out',
      (_, t) => {
        t.guards[2].features = ['chat']
      },
      'tiers.t.guards[1].paidUse',
      'at least the same features',
    ],

    [
      'no lifetime',
      (d) => {
        d.holds.defaultTtlSeconds = 0
      },
      'holds.defaultTtlSeconds',
      'from 1 to 2592000',
    ],
    [
      'a lifetime above 30 days',
      (d) => {
        d.holds.maxTtlSeconds = 2_592_001
      },
      'holds.maxTtlSeconds',
      'from 1 to 2592000',
    ],
    [
      'a usual lifetime above the longest',
      (d) => {
        d.holds.maxTtlSeconds = 60
      },
      'holds.defaultTtlSeconds',
      'lower it',
    ],
    [
      'a debt of nothing',
      (d) => {
        d.uncovered.maxMicroCredits = '0'
      },
      'uncovered.maxMicroCredits',
      '"absorb"',
    ],
    [
      'a pack id twice',
      (d) => {
        d.packs.push(d.packs[0])
      },
      'packs[1]',
      'there twice',
    ],
    [
      'an empty pack',
      (d) => {
        d.packs[0].credits = '0'
      },
      'packs[0].credits',
      'remove the pack',
    ],
    [
      'a pack for nothing',
      (d) => {
        d.packs[0].priceMinor = 0
      },
      'packs[0].priceMinor',
      'from 1 to',
    ],
    [
      'a currency in words',
      (d) => {
        d.packs[0].currency = 'euro'
      },
      'packs[0].currency',
      'ISO 4217',
    ],
    [
      'a pack that expires at once',
      (d) => {
        d.packs[0].expiresAfterDays = 0
      },
      'packs[0].expiresAfterDays',
      'from 1 to',
    ],
  ])('%s', (_, mistake, path, problem) => {
    const problems = problemsAfter(mistake)
    expect(problems.map((each) => each.path)).toEqual([path])
    expect(problems[0]?.problem).toContain(problem)
  })

  it('finds both ends of a circle, whose guards nobody would meet', () => {
    const problems = problemsAfter((_, tier) => {
      tier.guards[2].paidUse = 'rpm'
    })
    expect(problems.map((each) => each.path)).toEqual(['tiers.t.guards[1].paidUse', 'tiers.t.guards[2].paidUse'])
  })

  it('finds everything at once', () => {
    const problems = problemsAfter((document, tier) => {
      document.layers = []
      tier.features = []
      tier.guards[0].rate = -1
    })
    expect(problems.map((each) => each.path)).toEqual(['layers', 'tiers.t.features', 'tiers.t.guards[0].rate'])
  })
})
