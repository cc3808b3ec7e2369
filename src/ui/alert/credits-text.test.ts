import { expect, test } from 'vitest'
import { microOf } from './credits-text.ts'

test.each([
  ['2.5', '2500000'],
  [' 1,000 ', '1000000000'],
  ['0.000001', '1'],
  ['999999999.999999', '999999999999999'],
  ['0', null],
  ['0.0000001', null],
  ['-1', null],
  ['1e3', null],
  ['', null],
  ['1000000000', null],
])('%j is %j micro-credits', (text, micro) => {
  expect(microOf(text)).toBe(micro)
})
