import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyOf } from '../testing/world.ts'
import { compilePolicy } from './compile.ts'
import type { GuardDocument, PolicyDocument, WindowDocument } from './document.ts'
import { subBucketsFor } from './sub-buckets.ts'

const compile = (tier: Partial<PolicyDocument['tiers'][string]>, more: Partial<PolicyDocument> = {}) =>
  compilePolicy(policyOf(tier, more), 3).tiers.get('t')!

const requests = (id: string, more: Partial<GuardDocument> = {}) =>
  ({ id, kind: 'sliding', scope: 'customer', counts: 'requests', limit: 5, windowMs: 60_000, ...more }) as GuardDocument

describe('a compiled policy', () => {
  it('keeps version, document and layers, and counts holds in ms', () => {
    const document = policyOf({}, { uncovered: { kind: 'debt', maxMicroCredits: '7' } })
    expect(compilePolicy(document, 3)).toMatchObject({
      version: 3,
      document,
      layers: document.layers,
      uncovered: { kind: 'debt', max: 7n },
      holds: { defaultTtlMs: 900_000, maxTtlMs: 86_400_000 },
    })
  })

  it.each<[WindowDocument, object]>([
    [
      { id: 'w', title: 'W', limit: '5', kind: 'fixed', anchor: 'first_use', lengthMs: 5 },
      { kind: 'fixed', limit: 5n, features: null, period: { kind: 'first_use', lengthMs: 5 } },
    ],
    [
      { id: 'w', title: 'W', limit: '5', kind: 'fixed', anchor: 'customer', lengthMs: 5 },
      { period: { kind: 'anchored_length', lengthMs: 5 } },
    ],
    [
      { id: 'w', title: 'W', limit: '5', kind: 'fixed', anchor: 'customer', months: 2 },
      { period: { kind: 'anchored_months', months: 2 } },
    ],
    [
      { id: 'w', title: 'W', limit: '5', kind: 'fixed', anchor: 'calendar', unit: 'week', zone: 'customer' },
      { period: { kind: 'calendar', unit: 'week', zone: 'customer' } },
    ],
    [
      { id: 'w', title: 'W', limit: '5', kind: 'sliding', lengthMs: 60_000, subBuckets: 5 },
      { kind: 'sliding', lengthMs: 60_000, subBuckets: 5 },
    ],
    [
      { id: 'w', title: 'W', limit: '5', kind: 'sliding', lengthMs: 60_000 },
      { kind: 'sliding', subBuckets: 60 },
    ],
  ])('window %j', (document, expected) => {
    expect(compile({ windows: [document] }).windows[0]).toMatchObject(expected)
  })

  it.each<[GuardDocument, object]>([
    [
      requests('g'),
      {
        kind: 'sliding',
        key: 'g',
        counts: { kind: 'requests' },
        subBuckets: 20,
        features: null,
        perFeature: false,
        paidUse: null,
      },
    ],
    [requests('g', { subBuckets: 4 }), { subBuckets: 4 }],
    [
      { id: 'g', kind: 'burst', scope: 'subject', counts: { meter: 'tokens' }, rate: 1, perMs: 2, burst: 3 },
      { kind: 'burst', scope: 'subject', counts: { kind: 'meter', meter: 'tokens' }, rate: 1, perMs: 2, burst: 3 },
    ],
    [
      { id: 'g', kind: 'concurrency', scope: 'subject', limit: 3 },
      { kind: 'concurrency', limit: 3 },
    ],
  ])('guard %j', (document, expected) => {
    expect(compile({ guards: [document] }).guards[0]).toMatchObject(expected)
  })

  it('caps and allowances', () => {
    const tier = compile({
      caps: [{ id: 'c', scope: 'task', limit: '9', period: 'ever' }],
      allowances: [
        {
          id: 'a',
          title: 'A',
          amount: '8',
          every: { anchor: 'customer', months: 1 },
          rollover: { max: '4', periods: 2 },
        },
      ],
    })
    expect(tier.caps).toEqual([{ id: 'c', scope: 'task', subject: null, limit: 9n, period: 'ever' }])
    expect(tier.allowances).toMatchObject([
      {
        amount: 8n,
        priority: 0,
        features: null,
        period: { kind: 'anchored_months', months: 1 },
        rollover: { max: 4n, periods: 2 },
      },
    ])
  })
})

describe('the rules of a feature', () => {
  it('are the guards and windows that name it, or name none', () => {
    const tier = compile({
      guards: [requests('all'), requests('chat', { features: ['chat'] }), requests('video', { features: ['video'] })],
      windows: [
        { id: 'w1', title: '1', limit: '5', kind: 'sliding', lengthMs: 1000 },
        { id: 'w2', title: '2', limit: '5', kind: 'sliding', lengthMs: 1000, features: ['video'] },
      ],
    })
    expect(tier.rulesFor('chat')?.guards.map((guard) => guard.id)).toEqual(['all', 'chat'])
    expect(tier.rulesFor('video')?.guards.map((guard) => guard.id)).toEqual(['all', 'video'])
    expect(tier.rulesFor('chat')?.windows.map((window) => window.id)).toEqual(['w1'])
  })

  it('keep a state of its own for each feature where the guard says so', () => {
    const tier = compile({ guards: [requests('each', { perFeature: true }), requests('all')] })
    expect(tier.rulesFor('chat')?.guards.map((guard) => guard.key)).toEqual(['each:chat', 'all'])
    expect(tier.rulesFor('video')?.guards.map((guard) => guard.key)).toEqual(['each:video', 'all'])
  })

  it('hold guards for paid use apart: they are met only through another', () => {
    const tier = compile({ guards: [requests('rpm', { paidUse: 'paid' }), requests('paid', { perFeature: true })] })
    const rules = tier.rulesFor('chat')
    expect(rules?.guards.map((guard) => guard.id)).toEqual(['rpm'])
    expect([...rules!.paidGuards].map(([id, guard]) => [id, guard.key])).toEqual([['paid', 'paid:chat']])
  })

  it.each<[string, string[] | '*', boolean | undefined, boolean, boolean]>([
    ['all features', '*', undefined, true, true],
    ['named', ['chat'], true, true, true],
    ['not named', ['video'], undefined, false, true],
    ['switched off', '*', false, true, false],
  ])('say who may and whether it is on: %s', (_, features, enabled, entitled, isEnabled) => {
    const chat = { title: 'Chat', meters: ['tokens'], ...(enabled === undefined ? {} : { enabled }) }
    const rules = compile({ features }, { features: { chat, video: { title: 'Video', meters: ['tokens'] } } }).rulesFor(
      'chat',
    )
    expect(rules).toMatchObject({ entitled, enabled: isEnabled })
  })

  it('are made once, and never for a name the policy does not have', () => {
    const tier = compile({})
    expect(tier.rulesFor('chat')).toBe(tier.rulesFor('chat'))
    expect([tier.rulesFor('nope'), tier.rulesFor('constructor'), tier.rulesFor('__proto__')]).toEqual([
      null,
      null,
      null,
    ])
  })
})

it('sub-buckets always divide the window into whole milliseconds, as many as there may be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 10 }), fc.integer({ min: 1, max: 60 }), (windowMs, most) => {
      const count = subBucketsFor(windowMs, most)
      expect(windowMs % count).toBe(0)
      for (let more = count + 1; more <= most; more++) expect(windowMs % more).not.toBe(0)
    }),
  )
})
