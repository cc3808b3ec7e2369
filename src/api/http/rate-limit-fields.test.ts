import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from '../../core/policy/compile.ts'
import type { PolicyDocument, TierDocument, WindowDocument } from '../../core/policy/document.ts'
import { rateLimitFields, retryAfter } from './rate-limit-fields.ts'

const nowMs = 1_764_000_000_000
const tier = (windows: WindowDocument[]): TierDocument => ({
  title: 'T',
  priority: 'normal',
  features: '*',
  guards: [],
  windows,
})
const fiveHour: WindowDocument = {
  id: 'five_hour',
  title: '5 h',
  limit: '5000000',
  kind: 'fixed',
  anchor: 'first_use',
  lengthMs: 18_000_000,
}
const week: WindowDocument = {
  id: 'week',
  title: 'week',
  limit: '9',
  kind: 'fixed',
  anchor: 'calendar',
  unit: 'week',
  zone: 'UTC',
}
const other: WindowDocument = { ...fiveHour, id: 'differs', lengthMs: 1_000 }
const document: PolicyDocument = {
  title: 'P',
  meters: {},
  features: {},
  rateCard: { rates: [] },
  layers: ['included'],
  tiers: { a: tier([fiveHour, week, other]), b: tier([fiveHour, { ...other, lengthMs: 2_000 }]) },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 60 },
  uncovered: { kind: 'absorb' },
}
const policy = compilePolicy(document, 1)
const at = { nowMs, policy, key: 'k' }
const standing = (windows: Parameters<typeof rateLimitFields>[0]['windows'], retryAtMs: number | null = null) => ({
  windows,
  retryAtMs,
  policyVersion: 1,
})

test.each([
  [standing([]), []],
  [
    standing([{ id: 'five_hour', limit: '5000000', remaining: '1', resetsAtMs: nowMs + 1_001 }]),
    ['RateLimit-Policy', '"five_hour";q=5000000;w=18000;qu="micro-credits"', 'RateLimit', '"five_hour";r=1;t=2'],
  ],
  [
    standing([
      { id: 'five_hour', limit: '5', remaining: '5', resetsAtMs: null },
      { id: 'week', limit: '9', remaining: '0', resetsAtMs: nowMs - 1 },
    ]),
    [
      'RateLimit-Policy',
      '"five_hour";q=5;w=18000;qu="micro-credits", "week";q=9;w=604800;qu="micro-credits"',
      'RateLimit',
      '"five_hour";r=5, "week";r=0;t=0',
    ],
  ],
  [
    standing([{ id: 'differs', limit: '9223372036854775807', remaining: '0', resetsAtMs: null }]),
    ['RateLimit-Policy', '"differs";q=999999999999999;qu="micro-credits"', 'RateLimit', '"differs";r=0'],
  ],
  [standing([], nowMs + 1), ['Retry-After', '1']],
  [standing([], nowMs - 5_000), ['Retry-After', '1']],
])('case %#', (given, fields) => {
  expect(rateLimitFields(given, at)).toEqual(fields)
})

test('an unknown version still shows what is left', () => {
  const given = standing([{ id: 'week', limit: '9', remaining: '2', resetsAtMs: null }])
  expect(rateLimitFields(given, { ...at, policy: undefined })).toEqual([
    'RateLimit-Policy',
    '"week";q=9;qu="micro-credits"',
    'RateLimit',
    '"week";r=2',
  ])
})

test('Retry-After is never before the instant, at most 30 s or a tenth after it, and the same for the same key', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000_000 }), fc.string(), (waitMs, key) => {
      const seconds = retryAfter(nowMs + waitMs, { nowMs, key })
      const least = Math.max(1, Math.ceil(waitMs / 1000))
      expect(seconds).toBeGreaterThanOrEqual(least)
      expect(seconds).toBeLessThanOrEqual(least + Math.min(30, Math.floor(least / 10)))
      expect(retryAfter(nowMs + waitMs, { nowMs, key })).toBe(seconds)
    }),
  )
})

test('10,000 who wait an hour for one reset come back spread over half a minute', () => {
  const counts = new Map<number, number>()
  for (let i = 0; i < 10_000; i++) {
    const seconds = retryAfter(nowMs + 3_600_000, { nowMs, key: `key-${i}` })
    counts.set(seconds, (counts.get(seconds) ?? 0) + 1)
  }
  expect(counts.size).toBe(31)
  expect(Math.max(...counts.values())).toBeLessThan(600)
})
