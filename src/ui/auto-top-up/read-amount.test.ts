import { expect, test } from 'vitest'
import { readCredits, readMinor } from './read-amount.ts'

test.each([
  ['5', 5_000_000n],
  ['2.5', 2_500_000n],
  ['2,5', 2_500_000n],
  [' 0.000001 ', 1n],
  ['0.0000001', null],
  ['-1', null],
  ['1e9', null],
  ['', null],
  ['1 000', null],
])('credits %j', (text, expected) => {
  expect(readCredits(text)).toBe(expected)
})

test.each([
  ['50', 5_000n],
  ['49.9', 4_990n],
  ['49.99', 4_999n],
  ['49.999', null],
  ['x', null],
])('money %j', (text, expected) => {
  expect(readMinor(text)).toBe(expected)
})
