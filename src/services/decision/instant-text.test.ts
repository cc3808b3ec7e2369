import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantText } from './instant-text.ts'

const END = Date.parse('9999-12-31T23:59:59.999Z')

test.each([0, 1, 999, 59_999, 86_399_999, 86_400_000, Date.parse('2028-02-29T23:59:59.999Z'), END, END + 1, -1])(
  '%d is written as Date writes it',
  (atMs) => {
    expect(instantText(atMs)).toBe(new Date(atMs).toISOString())
  },
)

test('so is every instant, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: END }), { minLength: 1 }), (instants) => {
      for (const atMs of instants) expect(instantText(atMs)).toBe(new Date(atMs).toISOString())
    }),
  )
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is no instant', (atMs) => {
  expect(() => instantText(atMs)).toThrow(RangeError)
})
