import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test.each([
  [{ b: 1, a: [true, null, 'x"'] }, '{"a":[true,null,"x\\""],"b":1}'],
  [{ cost: 9_223_372_036_854_775_807n, no: undefined }, '{"cost":"9223372036854775807"}'],
  [{}, '{}'],
  [null, 'null'],
])('%o is written %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test('the order of members never matters, and other values are told apart', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      expect(canonicalJson(turned)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
