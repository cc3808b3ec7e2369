import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyOf } from '../testing/world.ts'
import { diffPolicies } from './diff.ts'
import type { PolicyDocument } from './document.ts'

function sample(): PolicyDocument {
  return policyOf(
    {
      title: 'Plus',
      guards: [
        { id: 'burst', kind: 'burst', scope: 'subject', counts: 'requests', rate: 10, perMs: 1000, burst: 20 },
        { id: 'rpm', kind: 'sliding', scope: 'customer', counts: 'requests', limit: 60, windowMs: 60_000 },
        { id: 'open', kind: 'concurrency', scope: 'customer', limit: 8 },
      ],
      windows: [
        {
          id: 'five_hour',
          title: '5 hours',
          limit: '5000000',
          kind: 'fixed',
          anchor: 'first_use',
          lengthMs: 18_000_000,
        },
      ],
      allowances: [{ id: 'monthly', title: 'Monthly', amount: '1000000', every: { anchor: 'customer', months: 1 } }],
      caps: [{ id: 'spend', scope: 'task', limit: '25000000', period: 'day' }],
    },
    {
      rateCard: {
        rates: [
          { meter: 'tokens', attributes: { model: 'mini' }, microCredits: '1', per: 4 },
          { meter: 'tokens', microCredits: '3' },
        ],
        multipliers: [{ attributes: { speed: 'fast' }, factor: '1.5' }],
      },
      packs: [{ id: 'small', title: 'Small', credits: '5000000', priceMinor: 100, currency: 'EUR' }],
    },
  )
}

// oxlint-disable-next-line typescript/no-explicit-any -- documents are edited as the JSON they are
type Edit = (document: any, tier: any) => void

const sentences = (edit: Edit) => {
  const after = sample()
  edit(after, after.tiers.t)
  return diffPolicies(sample(), after).map(({ path, sentence }) => [path, sentence])
}

describe('the difference of two policies', () => {
  it.each<[Edit, string, string]>([
    [
      (d) => {
        d.title = 'New'
      },
      'title',
      'Policy: title changes from test to New.',
    ],
    [
      (d) => {
        d.meters.more = { title: 'More', unit: 'piece' }
      },
      'meters.more',
      'Meter more is added: More, in piece.',
    ],
    [
      (d) => {
        delete d.features.video
      },
      'features.video',
      'Feature video is removed (it was: Video, counting tokens).',
    ],
    [
      (d) => {
        d.features.chat.enabled = false
      },
      'features.chat.enabled',
      'Feature chat: its switch changes from on to off.',
    ],
    [
      (d) => {
        d.rateCard.rates[0].per = 1
      },
      'rateCard.rates[tokens with model mini]',
      'Rate for tokens with model mini: the price changes from 1 micro-credits per 4 units to 1 micro-credits a unit.',
    ],
    [
      (d) => {
        d.rateCard.rates.reverse()
      },
      'rateCard.rates',
      'Rates change their order; the first that matches prices a meter.',
    ],
    [
      (d) => {
        d.rateCard.multipliers[0].factor = '2'
      },
      'rateCard.multipliers[with speed fast].factor',
      'Multiplier for with speed fast: the factor changes from 1.5 to 2.',
    ],
    [
      (d) => {
        d.layers = ['included', 'credits']
      },
      'layers',
      'Layers are drawn in the order included, credits (it was: included, allowance, promotion, entitlement, adjustment, credits).',
    ],
    [
      (d, t) => {
        d.tiers.max = { ...t, title: 'Max' }
      },
      'tiers.max',
      'Tier Max is added: 1 windows, 3 guards, all features.',
    ],
    [
      (_, t) => {
        t.features = ['chat']
      },
      'tiers.t.features',
      'Tier Plus: its feature list changes from all features to chat.',
    ],
    [
      (_, t) => {
        t.windows[0].limit = '8000000'
      },
      'tiers.t.windows[five_hour].limit',
      'Tier Plus, window "5 hours": the limit rises from 5 credits to 8 credits.',
    ],
    [
      (_, t) => {
        t.windows[0].lengthMs = 5_400_000
      },
      'tiers.t.windows[five_hour].lengthMs',
      'Tier Plus, window "5 hours": the length falls from 5 h to 1 h 30 min.',
    ],
    [
      (_, t) => {
        t.windows[0] = { id: 'five_hour', title: '5 hours', limit: '1', kind: 'sliding', lengthMs: 60_000 }
      },
      'tiers.t.windows[five_hour]',
      'Tier Plus, window "5 hours" becomes another kind: 0.000001 credits in any 1 min (it was: 5 credits per 5 h from the first use).',
    ],
    [
      (_, t) => {
        t.guards[0].burst = 15
      },
      'tiers.t.guards[burst].burst',
      'Tier Plus, guard burst: the burst falls from 20 to 15.',
    ],
    [
      (_, t) => {
        t.guards[1].perFeature = true
      },
      'tiers.t.guards[rpm].perFeature',
      'Tier Plus, guard rpm: counting changes from all features together to per feature.',
    ],
    [
      (_, t) => {
        t.guards.pop()
      },
      'tiers.t.guards[open]',
      'Tier Plus, guard open is removed (it was: 8 open holds, per customer).',
    ],
    [
      (_, t) => {
        t.guards.reverse()
      },
      'tiers.t.guards',
      'Tier Plus: guards change their order; they are asked and shown in that order.',
    ],
    [
      (_, t) => {
        t.allowances[0].rollover = { max: '2000000', periods: 1 }
      },
      'tiers.t.allowances[monthly].rollover',
      'Tier Plus, allowance "Monthly": what rolls over changes from nothing to at most 2 credits for one period.',
    ],
    [
      (_, t) => {
        t.allowances[0].every = { anchor: 'calendar', unit: 'week', zone: 'customer' }
      },
      'tiers.t.allowances[monthly].every',
      'Tier Plus, allowance "Monthly": the period changes from per month from the customer\'s anchor to per calendar week in the customer\'s zone.',
    ],
    [
      (_, t) => {
        delete t.caps
      },
      'tiers.t.caps[spend]',
      'Tier Plus, cap spend is removed (it was: 25 credits per day for each task).',
    ],
    [
      (d) => {
        d.holds.maxTtlSeconds = 60
      },
      'holds.maxTtlSeconds',
      'Holds: the longest lifetime falls from 86400 s to 60 s.',
    ],
    [
      (d) => {
        d.uncovered = { kind: 'debt', maxMicroCredits: '1000000' }
      },
      'uncovered',
      'Usage that nothing covers is now owed, up to 1 credit per customer (it was absorbed).',
    ],
    [
      (d) => {
        d.packs[0].priceMinor = 90
      },
      'packs[small].priceMinor',
      'Pack "Small": the price in minor units falls from 100 to 90.',
    ],
  ])('%s', (edit, path, sentence) => {
    expect(sentences(edit)).toEqual([[path, sentence]])
  })

  it('carries both values as they stand in the documents', () => {
    const after = sample()
    after.tiers.t!.windows[0]!.limit = '1'
    expect(diffPolicies(sample(), after)).toMatchObject([{ before: '5000000', after: '1' }])
  })

  it('two rates for the same are both seen', () => {
    expect(
      sentences((d) => {
        d.rateCard.rates.push({ meter: 'tokens', microCredits: '9' })
      }),
    ).toEqual([['rateCard.rates[tokens (2)]', 'Rate for tokens (2) is added: 9 micro-credits a unit.']])
  })

  it('says nothing where nothing is said differently', () => {
    expect(diffPolicies(sample(), sample())).toEqual([])
    expect(
      sentences((d) => {
        d.meters = Object.fromEntries(Object.entries(d.meters).reverse())
      }),
    ).toEqual([])
  })

  it('never passes a change over in silence: any value of the document, replaced or taken away', () => {
    const places = leaves(sample())
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.boolean(), (place, takeAway) => {
        const after = sample()
        // oxlint-disable-next-line typescript/no-explicit-any -- a path into JSON
        const holder = place.slice(0, -1).reduce<any>((value, key) => value[key], after)
        const last = place.at(-1)!
        if (takeAway) {
          if (Array.isArray(holder)) holder.splice(Number(last), 1)
          else if (typeof place[0] === 'string' && OPTIONAL.has(String(last))) delete holder[last]
          else return
        } else holder[last] = other(holder[last])
        expect(diffPolicies(sample(), after)).not.toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

const OPTIONAL = new Set(['per', 'attributes', 'multipliers', 'packs', 'caps', 'allowances'])

/** Another value of the same sort, valid where a sentence has to read it. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (value === '*') return ['chat']
  if (typeof value === 'string')
    return /^\d+$/.test(value) ? `${value}1` : /^\d/.test(value) ? `1${value}` : `${value}x`
  return value === true ? false : true
}

/** Paths of all plain values; kinds and anchors are left out, because other words are no documents. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return KINDS.has(String(path.at(-1))) ? [] : [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

const KINDS = new Set(['kind', 'anchor'])
