import { expect, test } from 'vitest'
import { readAsked } from './read-asked.ts'
import { type Limit, sentenceOf } from './words.ts'

const limit = (rule: Limit['rule'], most: bigint, features: string[] | null = null) =>
  ({ rule, limit: most, features }) as Limit
const guard = (change: Partial<Extract<Limit['rule'], { kind: 'guard' }>>): Limit['rule'] => ({
  kind: 'guard',
  guard: 'sliding',
  counts: 'requests',
  lengthMs: 60_000,
  each: 'customer',
  paidOnly: false,
  reduced: false,
  ...change,
})

test.each<[string, Limit]>([
  ['At most 12,000 requests in any stretch of 1 min.', limit(guard({}), 12_000n)],
  ['At most 1 request in any stretch of 1 min.', limit(guard({}), 1n)],
  [
    'At most 5 requests in any stretch of 1 min; for what credits pay, once the limit above is reached.',
    limit(guard({ paidOnly: true }), 5n),
  ],
  [
    'At most 60 requests at once; all of it is free again after 6 s, each member or key on its own.',
    limit(guard({ guard: 'burst', lengthMs: 6_000, each: 'subject' }), 60n),
  ],
  [
    'At most 8 jobs of Codex task and Codex review running at the same time.',
    limit(guard({ guard: 'concurrency', counts: 'holds', lengthMs: null }), 8n, ['Codex task', 'Codex review']),
  ],
  [
    'At most 400,000 tokens in any stretch of 1 min.',
    limit(guard({ counts: { title: 'Input tokens', unit: 'token' } }), 400_000n),
  ],
  [
    'At most 25 credits that you bought a month, everybody together.',
    limit({ kind: 'cap', scope: 'customer', subject: null, period: 'month', own: false }, 25_000_000n),
  ],
  [
    'Fixed, per calendar day; counts every feature of your tier.',
    limit(
      {
        kind: 'window',
        window: { kind: 'fixed', period: { kind: 'calendar', unit: 'day', zone: 'UTC' }, lengthMs: null },
      },
      1n,
    ),
  ],
])('%s', (sentence, given) => {
  expect(sentenceOf(given)).toBe(sentence)
})

test.each([
  ['2.5', 'window', '2500000'],
  ['1,000', 'cap', '1000000000'],
  ['1,000', 'guard', '1000'],
  ['2.5', 'guard', null],
  ['0', 'guard', null],
  ['-3', 'window', null],
  ['many', 'cap', null],
] as const)('%j of a %s is %j', (text, kind, expected) => {
  expect(readAsked(text, kind)).toBe(expected)
})
