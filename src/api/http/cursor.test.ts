import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openCursor, sealCursor } from './cursor.ts'

test('a cursor opens as it was sealed, for its own list only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (raw) => {
      const sealed = sealCursor(raw, 'usage-events/cus_a', 's') ?? ''
      expect(openCursor(sealed, 'usage-events/cus_a', 's')).toBe(raw)
      expect(openCursor(sealed, 'usage-events/cus_b', 's')).toBeNull()
      expect(openCursor(sealed, 'usage-events/cus_a', 'other')).toBeNull()
    }),
  )
})

test('anything else is no cursor, and the end has none', () => {
  fc.assert(fc.property(fc.string(), (text) => openCursor(text, 'l', 's') === null))
  expect(sealCursor(null, 'l', 's')).toBeNull()
})
