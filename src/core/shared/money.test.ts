import { expect, test } from 'vitest'
import { formatMoney } from './money.ts'

test.each([
  [1_900n, 'EUR', '€19.00'],
  [5n, 'USD', '$0.05'],
  [123_456_789n, 'CHF', '1,234,567.89 CHF'],
  [500n, 'JPY', '¥500'],
  [-250n, 'EUR', '\u2212€2.50'],
])('%s %s is %s', (minor, currency, expected) => {
  expect(formatMoney(minor, currency)).toBe(expected)
})
