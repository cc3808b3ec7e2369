import { describe, expect, test } from 'vitest'
import { authorize, cost, DAY, fiveHours, HOUR, NOON, policyOf, week, World } from '../testing/world.ts'
import { BANKED_RESETS_BOUND, bankReset, redeemReset } from './banked-reset.ts'

const DAILY = {
  id: 'day',
  title: 'Day',
  limit: '10',
  kind: 'fixed',
  anchor: 'calendar',
  unit: 'day',
  zone: 'UTC',
} as const

function banked(window: string): World {
  const world = new World(policyOf({ windows: [fiveHours(10), week(100), DAILY] }))
  const result = bankReset({
    state: world.state,
    tier: world.policy.tiers.get('t'),
    reset: { id: 'grt_r', window, reason: 'outage', expiresAtMs: NOON + 7 * DAY },
    atMs: NOON,
  })
  if (result.kind !== 'banked') throw new Error(result.kind)
  world.state = result.state
  return world
}

function redeem(world: World, reset = 'grt_r'): string {
  const result = redeemReset({ state: world.state, tier: world.policy.tiers.get('t'), reset, atMs: world.atMs })
  if (result.kind === 'redeemed') world.state = result.state
  return result.kind
}

describe('a banked reset is redeemed once', () => {
  test('the window counts from zero, the others keep what they counted', () => {
    const world = banked('five_hour')
    world.ask({ price: cost(8) })
    expect(redeem(world)).toBe('redeemed')
    const next = world.ask({ price: cost(1) })
    expect(next.windows.map((window) => [window.id, window.remaining])).toEqual([
      ['five_hour', 9n],
      ['week', 91n],
      ['day', 1n],
    ])
    expect(redeem(world)).toBe('unknown_reset')
  })

  const table: [name: string, act: (world: World) => void, expected: string][] = [
    ['nothing used yet', () => {}, 'nothing_used'],
    [
      'the period has ended by itself',
      (world) => (world.ask({ price: cost(3) }), (world.atMs += 5 * HOUR)),
      'nothing_used',
    ],
    ['expired', (world) => ((world.atMs += 7 * DAY), world.ask({ price: cost(3) })), 'unknown_reset'],
    [
      'one millisecond before it expires',
      (world) => ((world.atMs += 7 * DAY - 1), world.ask({ price: cost(3) })),
      'redeemed',
    ],
  ]
  for (const [name, act, expected] of table) {
    test(`${name}: ${expected}`, () => {
      const world = banked('five_hour')
      act(world)
      expect(redeem(world)).toBe(expected)
    })
  }

  test('a calendar window keeps its end, and a hold from before gives nothing back to it', () => {
    const world = banked('day')
    const hold = world.ask(authorize(6)).hold!.id
    world.atMs += 1000
    expect(redeem(world)).toBe('redeemed')
    world.ask({ price: cost(4) })
    world.release(hold)
    const view = world.ask({ price: cost(1) }).windows.find((window) => window.id === 'day')!
    expect([view.used, view.resetsAtMs]).toEqual([5n, Date.UTC(2026, 2, 11)])
  })
})

test('a reset is for a window of the tier, and there are never too many', () => {
  const world = banked('five_hour')
  const tier = world.policy.tiers.get('t')
  const bank = (id: string, window: string) =>
    bankReset({ state: world.state, tier, reset: { id, window, reason: 'gift', expiresAtMs: NOON + DAY }, atMs: NOON })
  expect(bank('grt_x', 'month').kind).toBe('unknown_window')
  for (let i = 1; i < BANKED_RESETS_BOUND; i++) {
    const result = bank(`grt_${i}`, 'week')
    if (result.kind === 'banked') world.state = result.state
  }
  expect([world.state.profile.resets.length, bank('grt_x', 'week').kind]).toEqual([BANKED_RESETS_BOUND, 'too_many'])
})
