import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonWriter, jsonText } from './json-writer.ts'

const written = (write: (to: JsonWriter) => void): string => jsonText(null, write)

const text = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '"', '\\', '\u007f', '\u0000', '\ud800', '\udc00x', '\u2028', 'ä€😀'),
)

describe('writes what JSON.stringify writes', () => {
  test('of texts', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(written((to) => to.quote(value))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('of numbers', () => {
    const edges = [
      0,
      9,
      10,
      99_999_999,
      100_000_000,
      10 ** 15,
      10 ** 16 - 1,
      Number.MAX_SAFE_INTEGER,
      -1,
      -0,
      0.5,
      1e21,
    ]
    const numbers = fc.oneof(
      fc.constantFrom(...edges),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    fc.assert(
      fc.property(numbers, (value) => {
        expect(written((to) => to.number(value))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('of lists and records, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), fc.dictionary(text, fc.maxSafeInteger()), (texts, values) => {
        expect(
          written((to) => {
            to.list(texts, (into, one) => into.quote(one)).comma()
            to.record(values, (into, one) => into.number(one))
          }),
        ).toBe(`${JSON.stringify(texts)},${JSON.stringify(Object.entries(values).flat())}`)
      }),
    )
  })
})

test('an amount is a number where that is exact, and comes back', () => {
  const edges = [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n, 0n]
  const amounts = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
  fc.assert(
    fc.property(amounts, (amount) => {
      const text = written((to) => to.amount(amount))
      expect(BigInt(JSON.parse(text))).toBe(amount)
      expect(text.startsWith('"')).toBe(amount >= 2n ** 53n || amount <= -(2n ** 53n))
    }),
  )
})
