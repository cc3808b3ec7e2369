import { expect, test } from 'vitest'
import { describeGuard } from './describe.ts'
import type { GuardDocument } from './document.ts'

const rows: [GuardDocument, string][] = [
  [
    { id: 'g', scope: 'subject', kind: 'burst', counts: 'requests', rate: 1000, perMs: 1_000, burst: 5000 },
    '1,000 requests per second with bursts of 5,000, per subject',
  ],
  [
    { id: 'g', scope: 'customer', kind: 'sliding', counts: { meter: 'tokens' }, limit: 400_000_000, windowMs: 60_000 },
    '400,000,000 units of tokens in any minute, per customer',
  ],
  [
    { id: 'g', scope: 'customer', kind: 'sliding', counts: 'requests', limit: 999, windowMs: 90_000, perFeature: true },
    '999 requests in any 1 min 30 s, per customer and feature',
  ],
  [{ id: 'g', scope: 'customer', kind: 'concurrency', limit: 1000 }, '1,000 open holds, per customer'],
]

test.each(rows)('%j in words', (guard, expected) => {
  expect(describeGuard(guard)).toBe(expected)
})
