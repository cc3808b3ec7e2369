import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GrantState } from '../waterfall/state.ts'
import { compareGrants, insertGrant } from './burn-down.ts'

const grant = (id: string, priority = 0, expiresAtMs: number | null = null, createdAtMs = 0): GrantState => ({
  id,
  kind: 'credits',
  priority,
  amount: 1n,
  available: 1n,
  held: 0n,
  effectiveAtMs: 0,
  expiresAtMs,
  createdAtMs,
  features: null,
})

test.each([
  ['lower priority number first', grant('b', 1), grant('a', 2)],
  ['then the earlier expiry', grant('b', 1, 10), grant('a', 1, 20)],
  ['one that never expires is last', grant('b', 1, 10), grant('a', 1, null)],
  ['then the older', grant('b', 1, 10, 1), grant('a', 1, 10, 2)],
  ['then the id', grant('a', 1, 10, 1), grant('b', 1, 10, 1)],
])('%s', (_, first, second) => {
  expect(compareGrants(first, second)).toBeLessThan(0)
  expect(compareGrants(second, first)).toBeGreaterThan(0)
})

const few = { min: 0, max: 2 }
const anyGrant = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'aa', 'ab'),
    fc.integer(few),
    fc.option(fc.integer(few)),
    fc.integer(few),
  )
  .map(([id, priority, expires, created]) => grant(id, priority, expires, created))
const anyGrants = fc.uniqueArray(anyGrant, { selector: (one) => one.id, maxLength: 12 })

test('is a total order: antisymmetric, transitive, and equal only for one id', () => {
  fc.assert(
    fc.property(anyGrant, anyGrant, anyGrant, (a, b, c) => {
      expect(Math.sign(compareGrants(a, b))).toBe(-Math.sign(compareGrants(b, a)) + 0)
      if (compareGrants(a, b) <= 0 && compareGrants(b, c) <= 0) expect(compareGrants(a, c)).toBeLessThanOrEqual(0)
      if (compareGrants(a, b) === 0) expect(a.id).toBe(b.id)
    }),
  )
})

test('inserting in any order gives the sorted list', () => {
  fc.assert(
    fc.property(anyGrants, (grants) => {
      const inserted = grants.reduce<readonly GrantState[]>((list, one) => insertGrant(list, one), [])
      expect(inserted.map((one) => one.id)).toEqual(grants.toSorted(compareGrants).map((one) => one.id))
    }),
  )
})

test('inserting one that is there replaces it', () => {
  const grants = [grant('a', 1), grant('b', 2)]
  expect(insertGrant(grants, { ...grant('b', 0), available: 5n }).map(({ id, available }) => [id, available])).toEqual([
    ['b', 5n],
    ['a', 1n],
  ])
})
