import { describe, expect, test } from 'vitest'
import type { Layer, TierDocument } from '../policy/document.ts'
import { cost, DAY, fiveHours, grantOf, HOUR, policyOf, World } from '../testing/world.ts'
import { mayLackAllowance } from './next-allowances.ts'

const MIDNIGHT = Date.UTC(2026, 2, 11)
const MONDAY = Date.UTC(2026, 2, 9)
const every = (unit: 'day' | 'week') => ({ anchor: 'calendar', unit, zone: 'UTC' }) as const
const daily = { id: 'daily', title: 'Daily', amount: '5', every: every('day') } as const
const weekly = { id: 'weekly', title: 'Weekly', amount: '5', every: every('week') } as const
const LAYERS: Layer[] = ['included', 'allowance', 'credits']
const CREDITS = grantOf(1, 'credits', 100)
const ALLOWANCE = grantOf(2, 'allowance', 5)

function lacks(
  tier: Partial<TierDocument>,
  { amount = 5, atMs = MIDNIGHT, grants = [CREDITS], layers = LAYERS, acceptPartial = false } = {},
): number | null {
  const world = new World(policyOf(tier, { layers }), { grants })
  world.atMs = atMs
  const decision = world.ask({ price: cost(amount), acceptPartial: acceptPartial ? { minimum: 1n } : null })
  return mayLackAllowance(decision, { feature: 'chat', state: world.kept[0]!.seen.state, policy: world.policy })
}

describe('an allowance may be missing', () => {
  test('where credits were drawn in its place, or nothing was left', () => {
    expect(lacks({ allowances: [daily] })).toBe(MIDNIGHT)
    expect(lacks({ allowances: [daily] }, { grants: [] })).toBe(MIDNIGHT)
    expect(lacks({ allowances: [daily] }, { amount: 500 })).toBe(MIDNIGHT)
  })
  test('where a part was allowed', () => {
    const tier = { allowances: [daily], windows: [fiveHours(5)] }
    expect(lacks(tier, { amount: 8, grants: [], acceptPartial: true })).toBe(MIDNIGHT)
  })
  test('in the first hour of its period', () => {
    expect(lacks({ allowances: [daily] }, { atMs: MIDNIGHT + HOUR - 1 })).toBe(MIDNIGHT)
    expect(lacks({ allowances: [daily] }, { atMs: MIDNIGHT + HOUR })).toBeNull()
  })
  test('of several that began, the latest tells', () => {
    expect(lacks({ allowances: [weekly, daily] }, { atMs: MONDAY + 7 * DAY })).toBe(MONDAY + 7 * DAY)
    expect(lacks({ allowances: [weekly, daily] })).toBe(MIDNIGHT)
    expect(lacks({ allowances: [weekly] })).toBeNull()
  })
})

describe('none can be missing', () => {
  test('where a layer before it paid', () => {
    expect(lacks({ allowances: [daily], windows: [fiveHours(5)] })).toBeNull()
    expect(lacks({ allowances: [daily] }, { grants: [ALLOWANCE] })).toBeNull()
  })
  test('where it would not be asked: another feature, no amount, no layer of its own, or only behind what paid', () => {
    expect(lacks({ allowances: [{ ...daily, features: ['video'] }] })).toBeNull()
    expect(lacks({ allowances: [{ ...daily, amount: '0' }] })).toBeNull()
    expect(lacks({ allowances: [daily] }, { layers: ['included', 'credits'] })).toBeNull()
    expect(lacks({ allowances: [daily] }, { layers: ['credits', 'allowance'] })).toBeNull()
  })
  test('where a guard denies', () => {
    const guard = { id: 'g', scope: 'customer', kind: 'sliding', counts: 'requests', limit: 0, windowMs: HOUR } as const
    expect(lacks({ allowances: [daily], guards: [guard] })).toBeNull()
  })
})
