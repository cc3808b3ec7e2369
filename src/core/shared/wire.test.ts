import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wire } from './wire.ts'

const there = (value: unknown): unknown => wire.deserialize(JSON.parse(JSON.stringify(wire.serialize(value))))

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.bigInt({ min: -(10n ** 39n), max: 10n ** 39n }),
    fc.string(),
    fc.string().map((text) => `~${text}`),
    fc.bigInt().map((whole) => `~${whole}`),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '~1')), tie('value')),
  ),
})).value

test('what is sent arrives, whatever it is', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(there(value)).toEqual(value)
    }),
  )
})

test('also when it was packed twice, as a stream does', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const packed = JSON.parse(JSON.stringify(wire.serialize(wire.serialize(value))))
      expect(wire.deserialize(wire.deserialize(packed))).toEqual(value)
    }),
  )
})

test('fields that are undefined are left out, and nothing stays nothing', () => {
  expect(there({ a: undefined, b: 1n })).toEqual({ b: 1n })
  expect(wire.serialize(undefined)).toBeUndefined()
})

test('what JSON would change on the way is refused', () => {
  for (const value of [new Date(0), new Map(), new Set(), /x/, new Uint8Array(1)])
    expect(() => wire.serialize({ value })).toThrow(TypeError)
})

test('text behind the mark that nobody of us wrote stays text', () => {
  expect(wire.deserialize(['~', '~x', '~1.5', `~${'9'.repeat(41)}`])).toEqual(['~', '~x', '~1.5', `~${'9'.repeat(41)}`])
})

test('a field named __proto__ changes nothing but itself', () => {
  const got = wire.deserialize(JSON.parse('{"__proto__":{"admin":"~1"}}')) as { admin?: unknown }
  expect(got.admin).toBeUndefined()
  expect(Object.getPrototypeOf(got)).toBe(Object.prototype)
})
