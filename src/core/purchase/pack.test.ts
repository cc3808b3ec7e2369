import { expect, test } from 'vitest'
import { expiryOf, packSold } from './pack.ts'

const DOCUMENT = { id: 'p', title: 'P', credits: '1000000', priceMinor: 1_900, currency: 'EUR' }

test.each([
  [undefined, 0n],
  [{ perMille: 190, note: '19 %' }, 303n],
  [{ perMille: 0, note: 'none' }, 0n],
  [{ perMille: 1_000, note: 'double' }, 950n],
])('the tax %j in 1900 is %s', (tax, expected) => {
  const pack = packSold({ ...DOCUMENT, ...(tax && { tax }) })
  expect([pack.totalMinor, pack.taxMinor]).toEqual([1_900n, expected])
})

test('bought credits end after their days, or never', () => {
  expect(expiryOf(packSold({ ...DOCUMENT, expiresAfterDays: 2 }), 5)).toBe(5 + 2 * 86_400_000)
  expect(expiryOf(packSold(DOCUMENT), 5)).toBeNull()
})
