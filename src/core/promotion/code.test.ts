import { expect, test } from 'vitest'
import { codeOf, type PromotionCode, standingOfCode } from './code.ts'

test.each([
  ['welcome-10', 'WELCOME-10'],
  [' We lcome\t10 ', 'WELCOME10'],
  ['abc', null],
  ['-abcd', null],
  ['abcd-', null],
  ['a'.repeat(32), 'A'.repeat(32)],
  ['a'.repeat(33), null],
  ["x'; drop", null],
  ['\u0430bcd', null],
  ['', null],
])('%j is %j', (text, code) => {
  expect(codeOf(text)).toBe(code)
})

const CODE: PromotionCode = {
  id: 'code_1',
  code: 'WELCOME',
  title: 'Welcome',
  amount: 1n,
  features: null,
  grantDays: null,
  totalLimit: 10,
  customerLimit: 2,
  redeemed: 9,
  validFromMs: 100,
  validUntilMs: 200,
  createdAtMs: 0,
}

test.each([
  { atMs: 99, own: 0, change: {}, expected: 'not_yet' },
  { atMs: 100, own: 0, change: {}, expected: 'open' },
  { atMs: 199, own: 1, change: {}, expected: 'open' },
  { atMs: 200, own: 0, change: {}, expected: 'over' },
  { atMs: 200, own: 0, change: { validUntilMs: null }, expected: 'open' },
  { atMs: 150, own: 2, change: {}, expected: 'customer_limit' },
  { atMs: 150, own: 0, change: { redeemed: 10 }, expected: 'used_up' },
] as const)('at $atMs with $own own places and $change: $expected', ({ atMs, own, change, expected }) => {
  expect(standingOfCode({ ...CODE, ...change }, own, atMs)).toBe(expected)
})
