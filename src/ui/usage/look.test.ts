import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DIMENSIONS, filtered, type Filter, type Look, lookHref, PLAIN, readLook } from './look.ts'

const read = (href: string) => readLook(new URL(href, 'https://spillway.example').searchParams)

const looks: fc.Arbitrary<Look> = fc.record({
  range: fc.constantFrom('today', '7d', '30d', '2026-11-01..2026-11-20'),
  by: fc.constantFrom(...DIMENSIONS.map(([name]) => name)),
  filter: fc.dictionary(
    fc.constantFrom(...DIMENSIONS.map(([name]) => name)),
    fc.string({ maxLength: 60, unit: 'grapheme' }),
  ) as fc.Arbitrary<Filter>,
  compare: fc.constantFrom('before' as const, 'nothing' as const),
  show: fc.constantFrom('chart' as const, 'table' as const),
})

test('an address says all that the page shows', () => {
  fc.assert(
    fc.property(looks, (look) => {
      expect(read(lookHref(look))).toEqual(look)
      expect(lookHref(read(lookHref(look)))).toBe(lookHref(look))
    }),
  )
})

test.each([
  ['/app/usage', {}],
  ['/app/usage?range=ever&by=weather&compare=perhaps&show=song', {}],
  ['/app/usage?task=', { filter: { task: '' } }],
  [`/app/usage?task=${'x'.repeat(257)}`, {}],
])('%s is read as the plain page but for %o', (href, different) => {
  expect(read(href)).toEqual({ ...PLAIN, ...different })
})

test('a value is put into a filter and taken out of it', () => {
  expect(filtered({ task: 'a' }, 'model', '')).toEqual({ task: 'a', model: '' })
  expect(filtered({ task: 'a', model: '' }, 'task', null)).toEqual({ model: '' })
})
