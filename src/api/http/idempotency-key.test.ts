import { expect, test } from 'vitest'
import { readIdempotencyKey } from './idempotency-key.ts'

test.each([
  [undefined, null],
  ['order-17', 'order-17'],
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['"a \\"b\\" \\\\"', 'a "b" \\'],
  ['x'.repeat(255), 'x'.repeat(255)],
])('%j names %j', (field, key) => {
  expect(readIdempotencyKey(field)).toEqual({ ok: true, key })
})

test.each(['', '""', 'x'.repeat(256), 'tab\tinside', 'ümlaut', '\u0000', ['a', 'b']])('%j is refused', (field) => {
  expect(readIdempotencyKey(field)).toMatchObject({
    ok: false,
    answer: { status: 400, problem: 'idempotency-key-invalid' },
  })
})
