import { describe, expect, it } from 'vitest'
import type { CustomerProfile, Override } from '../waterfall/state.ts'
import { limitOf, overrideOf, withOverride } from './override.ts'

const override = (limit: bigint, expiresAtMs: number | null, more: Partial<Override> = {}): Override => ({
  target: { kind: 'window', id: 'week' },
  limit,
  reason: 'test',
  expiresAtMs,
  ...more,
})

const limit = (overrides: readonly Override[], target: Override['target'] = { kind: 'window', id: 'week' }) =>
  limitOf({ overrides } as CustomerProfile, target, 10n, 1000)

describe('the limit in force', () => {
  it.each<[string, readonly Override[], bigint]>([
    ['without overrides the policy says', [], 10n],
    ['an override replaces it', [override(5n, null)], 5n],
    ['until it expires', [override(5n, 1001)], 5n],
    ['not at its expiry', [override(5n, 1000)], 10n],
    ['nor after', [override(5n, 999)], 10n],
    ['the one listed last wins', [override(5n, null), override(7n, null)], 7n],
    ['unless it has expired', [override(5n, null), override(7n, 1000)], 5n],
    ['a limit of 0 is a limit', [override(0n, null)], 0n],
    ['another id is another limit', [override(5n, null, { target: { kind: 'window', id: 'day' } })], 10n],
    ['another kind of the same id too', [override(5n, null, { target: { kind: 'guard', id: 'week' } })], 10n],
  ])('%s', (_, overrides, expected) => {
    expect(limit(overrides)).toBe(expected)
  })

  it('guards and caps have theirs', () => {
    const overrides = [
      override(5n, null, { target: { kind: 'guard', id: 'rpm' } }),
      override(6n, null, { target: { kind: 'cap', id: 'month' } }),
    ]
    expect(limit(overrides, { kind: 'guard', id: 'rpm' })).toBe(5n)
    expect(limit(overrides, { kind: 'cap', id: 'month' })).toBe(6n)
    expect(overrideOf({ overrides } as unknown as CustomerProfile, { kind: 'cap', id: 'other' }, 1000)).toBeNull()
  })
})

describe('one more override', () => {
  const day = { target: { kind: 'window', id: 'day' } } as const
  it.each<[string, readonly Override[], Override, readonly Override[]]>([
    ['is the only one', [], override(5n, null), [override(5n, null)]],
    ['takes the place of one for as long', [override(5n, null)], override(7n, null), [override(7n, null)]],
    ['and of one that ends before it', [override(5n, 2000)], override(7n, 3000), [override(7n, 3000)]],
    [
      'comes after one that outlasts it',
      [override(5n, null)],
      override(7n, 3000),
      [override(5n, null), override(7n, 3000)],
    ],
    ['clears what has expired, of any limit', [override(5n, 1000, day)], override(7n, null), [override(7n, null)]],
    [
      'leaves other limits alone',
      [override(5n, 1001, day)],
      override(7n, null),
      [override(5n, 1001, day), override(7n, null)],
    ],
  ])('%s', (_, before, next, after) => {
    expect(withOverride(before, next, 1000)).toEqual(after)
  })
})
