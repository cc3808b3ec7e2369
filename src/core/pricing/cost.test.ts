import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '../policy/compile.ts'
import type { PolicyDocument, RateCardDocument } from '../policy/document.ts'
import { AmountOverflow, MAX_AMOUNT } from '../shared/amount.ts'
import { InvariantBroken } from '../shared/assert.ts'
import type { Attributes, Usage } from '../waterfall/request.ts'
import { costOf, priceOf } from './cost.ts'

const policyWith = (rateCard: RateCardDocument) => {
  const unit = { title: 'x', unit: 'x' }
  const document: PolicyDocument = {
    title: 'test',
    meters: { input: unit, output: unit, seconds: unit },
    features: {
      chat: { title: 'Chat', meters: ['input', 'output'] },
      video: { title: 'Video', meters: ['seconds', 'input'] },
    },
    rateCard,
    layers: ['credits'],
    tiers: { t: { title: 'T', priority: 'normal', features: '*', guards: [], windows: [] } },
    holds: { defaultTtlSeconds: 60, maxTtlSeconds: 60 },
    uncovered: { kind: 'absorb' },
  }
  return compilePolicy(document, 1)
}

const CARD: RateCardDocument = {
  rates: [
    { meter: 'input', feature: 'video', microCredits: '7' },
    { meter: 'input', attributes: { model: 'mini' }, microCredits: '1', per: 4 },
    { meter: 'input', microCredits: '5', per: 3 },
    { meter: 'output', attributes: { model: 'mini', tier: 'batch' }, microCredits: '1', per: 8 },
    { meter: 'output', attributes: { model: 'mini' }, microCredits: '2' },
    { meter: 'input', microCredits: '999' },
  ],
  multipliers: [
    { attributes: { speed: 'fast' }, factor: '1.5' },
    { feature: 'video', attributes: { resolution: '4k' }, factor: '4' },
    { attributes: { discount: 'third' }, factor: '0.333333333' },
    { attributes: { discount: 'free' }, factor: '0' },
  ],
}

const cost = (feature: string, usage: Usage, attributes: Attributes = {}, card = CARD) => {
  const priced = priceOf(policyWith(card), feature, { kind: 'usage', usage }, attributes)
  return priced.ok ? priced.cost : priced
}

describe('the cost of a request', () => {
  it.each<[string, string, Usage, Attributes, bigint]>([
    ['nothing used', 'chat', {}, {}, 0n],
    ['units of 0', 'chat', { input: 0, output: 0 }, {}, 0n],
    ['rounds up', 'chat', { input: 1 }, {}, 2n],
    ['rounds up once: 5/3 + 1/8', 'chat', { input: 1, output: 1 }, { model: 'mini', tier: 'batch' }, 1n],
    ['a whole sum stays as it is', 'chat', { input: 3 }, {}, 5n],
    ['the first rate that matches', 'chat', { input: 8 }, { model: 'mini' }, 2n],
    ["another feature's rate is passed over", 'chat', { input: 3 }, {}, 5n],
    ["a feature's own rate comes first", 'video', { input: 3 }, { model: 'mini' }, 21n],
    ['all attributes must match', 'chat', { output: 8 }, { model: 'mini', tier: 'other' }, 16n],
    ['a meter without a rate is free', 'chat', { output: 1_000 }, {}, 0n],
    ['a multiplier', 'chat', { input: 3 }, { speed: 'fast' }, 8n],
    ['every multiplier', 'video', { input: 1 }, { speed: 'fast', resolution: '4k' }, 42n],
    ["another feature's multiplier is passed over", 'chat', { input: 3 }, { resolution: '4k' }, 5n],
    ['a multiplier of 0', 'chat', { input: 3 }, { discount: 'free' }, 0n],
    ['fractions are exact: 3 x 5/3 x 0.333333333', 'chat', { input: 3 }, { discount: 'third' }, 2n],
    ['units past 2^32', 'video', { input: Number.MAX_SAFE_INTEGER }, {}, 7n * BigInt(Number.MAX_SAFE_INTEGER)],
  ])('%s', (_, feature, usage, attributes, expected) => {
    expect(cost(feature, usage, attributes)).toBe(expected)
  })

  it.each([
    ['a feature the policy does not have', 'nope', {}, { ok: false, reason: 'unknown_feature' }],
    ['a name that every object has', 'constructor', {}, { ok: false, reason: 'unknown_feature' }],
    [
      'a meter the feature does not list',
      'chat',
      { input: 1, seconds: 1 },
      { ok: false, reason: 'unknown_meter', meter: 'seconds' },
    ],
    ['even with no units', 'chat', { seconds: 0 }, { ok: false, reason: 'unknown_meter', meter: 'seconds' }],
    [
      'a meter that every object has',
      'chat',
      { constructor: 1 } as unknown as Usage,
      { ok: false, reason: 'unknown_meter', meter: 'constructor' },
    ],
  ])('refuses %s', (_, feature, usage, refusal) => {
    expect(cost(feature, usage)).toEqual(refusal)
  })

  it('lists the arithmetic in the order of the feature, whatever the order of the request', () => {
    const attributes = { speed: 'fast', model: 'mini' }
    const priced = priceOf(policyWith(CARD), 'chat', { kind: 'usage', usage: { output: 2, input: 4 } }, attributes)
    expect(priced).toEqual({
      ok: true,
      cost: 8n,
      arithmetic: [
        { meter: 'input', units: 4, microCredits: 1n, per: 4, multipliers: ['1.5'] },
        { meter: 'output', units: 2, microCredits: 2n, per: 1, multipliers: ['1.5'] },
      ],
    })
  })

  it('takes a cost that was decided elsewhere as it is', () => {
    const policy = policyWith(CARD)
    expect(priceOf(policy, 'chat', { kind: 'cost', cost: 7n }, { speed: 'fast' })).toEqual({
      ok: true,
      cost: 7n,
      arithmetic: [],
    })
    expect(priceOf(policy, 'nope', { kind: 'cost', cost: 7n }, {})).toEqual({ ok: false, reason: 'unknown_feature' })
  })

  it('throws above the largest amount, and not at it', () => {
    const card = { rates: [{ meter: 'input', microCredits: String(MAX_AMOUNT) }] }
    expect(cost('chat', { input: 1 }, {}, card)).toBe(MAX_AMOUNT)
    expect(() => cost('chat', { input: 2 }, {}, card)).toThrow(AmountOverflow)
    expect(() => priceOf(policyWith(card), 'chat', { kind: 'cost', cost: MAX_AMOUNT + 1n }, {})).toThrow(AmountOverflow)
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('%s units are a defect of the caller', (units) => {
    expect(() => cost('chat', { input: units })).toThrow(InvariantBroken)
  })

  it('is the exact fraction rounded up, for any rates, units and factors', () => {
    const price = fc.record({
      microCredits: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      per: fc.integer({ min: 1, max: 10_000 }),
    })
    const factors = fc.array(
      fc.record({ whole: fc.integer({ min: 0, max: 99 }), places: fc.integer({ min: 0, max: 999 }) }),
      { maxLength: 4 },
    )
    const units = fc.integer({ min: 0, max: 10 ** 9 })
    fc.assert(
      fc.property(price, price, units, units, factors, (input, output, inputUnits, outputUnits, multipliers) => {
        const written = multipliers.map(({ whole, places }) => `${whole}.${String(places).padStart(3, '0')}`)
        const card = {
          rates: [
            { meter: 'input', microCredits: String(input.microCredits), per: input.per },
            { meter: 'output', microCredits: String(output.microCredits), per: output.per },
          ],
          multipliers: written.map((factor) => ({ attributes: {}, factor })),
        }
        // Over the product of all denominators, without any of the shortcuts.
        const perBoth = BigInt(input.per) * BigInt(output.per)
        let top =
          BigInt(inputUnits) * input.microCredits * BigInt(output.per) +
          BigInt(outputUnits) * output.microCredits * BigInt(input.per)
        let bottom = perBoth
        for (const { whole, places } of multipliers) {
          top *= BigInt(whole) * 1000n + BigInt(places)
          bottom *= 1000n
        }
        const exact = top % bottom === 0n ? top / bottom : top / bottom + 1n
        fc.pre(exact <= MAX_AMOUNT)
        expect(cost('chat', { input: inputUnits, output: outputUnits }, {}, card)).toBe(exact)
      }),
    )
  })
})

describe('the cost alone', () => {
  const policy = policyWith(CARD)
  it('is what the whole price says', () => {
    const units = fc.integer({ min: 0, max: 10 ** 12 })
    const attributes = fc.record(
      { model: fc.constant('mini'), speed: fc.constant('fast'), discount: fc.constant('third') },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(units, units, attributes, (input, output, known) => {
        const price = { kind: 'usage', usage: { input, output } } as const
        const priced = priceOf(policy, 'chat', price, known)
        expect(priced.ok && priced.cost).toBe(costOf(policy, 'chat', price, known))
      }),
    )
    expect(costOf(policy, 'chat', { kind: 'cost', cost: 12n }, {})).toBe(12n)
  })

  it('is null where there is no price', () => {
    expect(costOf(policy, 'nothing', { kind: 'cost', cost: 12n }, {})).toBeNull()
    expect(costOf(policy, 'chat', { kind: 'usage', usage: { seconds: 1 } }, {})).toBeNull()
  })
})
