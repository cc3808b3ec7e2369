import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonPointer, MAX_DEPTH, parseStrictJson } from './strict-json.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each([
  ['', 'not valid JSON'],
  ['{', 'not valid JSON'],
  ['{"a":1,}', 'not valid JSON'],
  ['{"a":01}', 'not valid JSON'],
  ['{"a":"\u0000"}', 'not valid JSON'],
  [nested(MAX_DEPTH + 1), 'nested deeper than 20 levels'],
  ['['.repeat(500_000), 'nested deeper than 20 levels'],
  ['{"a":'.repeat(100_000), 'nested deeper than 20 levels'],
])('refuses %j whole', (text, problem) => {
  expect(parseStrictJson(text.slice(0, 1_000_000))).toEqual({ ok: false, problem })
})

test.each([
  ['{"a":9007199254740992}', '/a', 'not within -(2^53 - 1) to 2^53 - 1'],
  ['{"a":9007199254740993}', '/a', 'not within -(2^53 - 1) to 2^53 - 1'],
  ['{"a":9223372036854775808}', '/a', 'not within -(2^53 - 1) to 2^53 - 1'],
  ['{"a":-9007199254740993}', '/a', 'not within -(2^53 - 1) to 2^53 - 1'],
  ['{"a":1e999}', '/a', 'write numbers without an exponent'],
  ['{"a":1E3}', '/a', 'write numbers without an exponent'],
  ['{"a":4503599627370497.5}', '/a', 'more digits than a number can hold exactly'],
  ['{"a":1.00000000000000001}', '/a', 'more digits than a number can hold exactly'],
  ['{"a":1,"a":2}', '/a', 'given twice'],
  ['{"a":1,"\\u0061":2}', '/a', 'given twice'],
  ['{"b":{"__proto__":{}}}', '/b/__proto__', 'this name is not allowed'],
  ['{"b":{"\\u005f_proto__":{}}}', '/b/__proto__', 'this name is not allowed'],
  ['{"a":["x","\\u0000"]}', '/a/1', 'contains NUL'],
  ['{"a":"\\ud800"}', '/a', 'contains half a surrogate pair'],
  ['{"a/b":{"~":1e1}}', '/a~1b/~0', 'write numbers without an exponent'],
])('finds in %s at %s: %s', (text, pointer, problem) => {
  const parsed = parseStrictJson(text)
  expect(parsed.ok && parsed.flaws.map((flaw) => [jsonPointer(flaw.path), flaw.problem])).toEqual([[pointer, problem]])
})

test('a name given twice among many is found', () => {
  const members = Array.from({ length: 100 }, (_, i) => `"k${i}":${i}`)
  expect(parseStrictJson(`{${members.join(',')}}`)).toMatchObject({ ok: true, flaws: [] })
  expect(parseStrictJson(`{${members.join(',')},"k50":1,"k50":2}`)).toMatchObject({
    flaws: [{ path: ['k50'] }, { path: ['k50'] }],
  })
})

test('what JSON.stringify writes of exact values is parsed to the same, without a flaw', () => {
  const leaf = fc.oneof(
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  )
  const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__' && !text.includes('\0'))
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(name, tie('node'), { maxKeys: 20, noNullPrototype: true }),
    ),
  })).node
  fc.assert(
    fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text), flaws: [] })
    }),
  )
})

test('any text is answered, never thrown at', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseStrictJson(text).ok === 'boolean'))
})
