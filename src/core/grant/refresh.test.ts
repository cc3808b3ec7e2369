import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Allowance } from '../policy/policy.ts'
import { periodAt } from '../shared/calendar.ts'
import type { CustomerProfile } from '../waterfall/state.ts'
import { apply, contextOf, newWorld, snapshotOf, takeLines, type World } from '../../../tests/ledger-world.ts'
import { expireGrants } from './expire.ts'
import { type NextRefresh, refreshAllowances } from './refresh.ts'

const DAY = 86_400_000
const utc = (text: string) => Date.parse(`${text}Z`)

const rule = (changes: Partial<Allowance> = {}): Allowance => ({
  id: 'monthly',
  title: 'Monthly allowance',
  amount: 100n,
  priority: 0,
  features: null,
  period: { kind: 'anchored_length', lengthMs: 30 * DAY },
  rollover: null,
  document: {
    id: 'monthly',
    title: 'Monthly allowance',
    amount: '100',
    every: { anchor: 'customer', lengthMs: 30 * DAY },
  },
  ...changes,
})

function refreshAt(world: World, atMs: number, allowances: readonly Allowance[], due: readonly NextRefresh[] = []) {
  world.nowMs = atMs
  const plan = refreshAllowances(snapshotOf(world), { allowances, due }, contextOf(world))
  apply(world, plan.effects)
  return plan
}
const sources = (world: World) => [...world.grants.values()].map((grant) => grant.source)
const left = (world: World) => world.state.grants.map((grant) => [world.grants.get(grant.id)?.source, grant.available])

test('a period’s grant enters once, ends with the period, and the next one is due then', () => {
  const world = newWorld()
  const first = refreshAt(world, 5 * DAY, [rule()])
  expect(first.refreshes).toEqual([{ rule: 'monthly', dueAtMs: 30 * DAY }])
  expect(refreshAt(world, 29 * DAY, [rule()]).effects).toBeNull()
  expect(left(world)).toEqual([['refresh:monthly:0', 100n]])
  refreshAt(world, 30 * DAY, [rule()])
  expect(left(world)).toEqual([[`refresh:monthly:${30 * DAY}`, 100n]])
  expect([...world.grants.values()][0]).toMatchObject({
    expired: 100n,
    balance: 0n,
    effectiveAtMs: 0,
    expiresAtMs: 30 * DAY,
  })
})

test.each<[string, Allowance['period'], Partial<CustomerProfile>, string, string, string]>([
  [
    'the 31st clamps to the month’s end',
    { kind: 'anchored_months', months: 1 },
    { anchorMs: utc('2026-01-31T00:00') },
    '2026-02-28T12:00',
    '2026-02-28T00:00',
    '2026-03-31T00:00',
  ],
  [
    '29 February in a leap year',
    { kind: 'anchored_months', months: 1 },
    { anchorMs: utc('2028-01-31T00:00') },
    '2028-03-01T00:00',
    '2028-02-29T00:00',
    '2028-03-31T00:00',
  ],
  [
    'a day of 23 hours',
    { kind: 'calendar', unit: 'day', zone: 'customer' },
    { timeZone: 'Europe/Berlin' },
    '2026-03-29T10:00',
    '2026-03-28T23:00',
    '2026-03-29T22:00',
  ],
  [
    'a day of 25 hours',
    { kind: 'calendar', unit: 'day', zone: 'Europe/Berlin' },
    {},
    '2026-10-25T10:00',
    '2026-10-24T22:00',
    '2026-10-25T23:00',
  ],
])('periods: %s', (_, period, profile, at, start, end) => {
  const world = newWorld(profile)
  refreshAt(world, utc(at), [rule({ period })])
  expect([...world.grants.values()]).toMatchObject([
    { effectiveAtMs: utc(start), expiresAtMs: utc(end), source: `refresh:monthly:${utc(start)}` },
  ])
})

test.each([
  { max: 30n, used: 0n, periods: 1, carried: 30n, until: 60 },
  { max: 30n, used: 80n, periods: 1, carried: 20n, until: 60 },
  { max: 30n, used: 100n, periods: 1, carried: null, until: null },
  { max: 500n, used: 10n, periods: 3, carried: 90n, until: 120 },
])(
  'rolls over at most $max of what $used used left, for $periods periods',
  ({ max, used, periods, carried, until }) => {
    const world = newWorld()
    const rules = [rule({ rollover: { max, periods } })]
    refreshAt(world, 0, rules)
    takeLines(world, used, 'spent')
    refreshAt(world, 30 * DAY, rules)
    const rolled = [...world.grants.values()].find((grant) => grant.source.startsWith('rollover:'))
    expect(rolled?.amount ?? null).toBe(carried)
    expect(rolled?.expiresAtMs ?? null).toBe(until === null ? null : until * DAY)
    const fresh = world.state.grants.find(
      (grant) => world.grants.get(grant.id)?.source === `refresh:monthly:${30 * DAY}`,
    )
    expect(fresh).toMatchObject({ available: 100n, expiresAtMs: 60 * DAY })
  },
)

test('what was carried is drawn before the new grant of the same end', () => {
  const world = newWorld()
  const rules = [rule({ rollover: { max: 30n, periods: 1 } })]
  refreshAt(world, 0, rules)
  refreshAt(world, 30 * DAY, rules)
  expect(left(world).map(([source]) => source)).toEqual([`rollover:monthly:${30 * DAY}`, `refresh:monthly:${30 * DAY}`])
})

test('periods in which nothing ran are not made up for, and what would have expired by then is not carried', () => {
  const world = newWorld()
  const rules = [rule({ rollover: { max: 30n, periods: 1 } })]
  refreshAt(world, 0, rules)
  refreshAt(world, 95 * DAY, rules)
  expect(left(world)).toEqual([[`refresh:monthly:${90 * DAY}`, 100n]])
  expect(sources(world)).toEqual(['refresh:monthly:0', `refresh:monthly:${90 * DAY}`])
})

test('what is carried is capped over all periods together, also while earlier carries live on', () => {
  const world = newWorld()
  const rules = [rule({ rollover: { max: 30n, periods: 3 } })]
  const carried = [0, 30, 60, 90, 120, 150].map((day) => {
    refreshAt(world, day * DAY, rules)
    return left(world).flatMap(([source, amount]) => (source?.toString().startsWith('rollover:') ? [amount] : []))
  })
  expect(carried).toEqual([[], [30n], [30n], [30n], [30n], [30n]])
  expect(sources(world).filter((source) => source.startsWith('rollover:'))).toEqual([
    `rollover:monthly:${30 * DAY}`,
    `rollover:monthly:${120 * DAY}`,
  ])
})

test('a rule that the tier no longer has is due no more; its grant lives until its end', () => {
  const world = newWorld()
  refreshAt(world, 0, [rule()])
  expect(refreshAt(world, 1, []).refreshes).toEqual([])
  expect(left(world)).toEqual([['refresh:monthly:0', 100n]])
  refreshAt(world, 30 * DAY, [])
  expect(left(world)).toEqual([])
})

test('another rule whose id starts alike is its own', () => {
  const world = newWorld()
  refreshAt(world, 0, [rule({ id: 'a' }), rule({ id: 'a:b' })])
  expect(sources(world)).toEqual(['refresh:a:0', 'refresh:a:b:0'])
})

test('a rule whose periods were made longer gets the rest of the period it was due in, under a start of its own', () => {
  const world = newWorld()
  refreshAt(world, 0, [rule({ period: { kind: 'anchored_length', lengthMs: 7 * DAY } })])
  const { refreshes } = refreshAt(world, 8 * DAY, [rule()], [{ rule: 'monthly', dueAtMs: 7 * DAY }])
  expect(sources(world)).toEqual(['refresh:monthly:0', `refresh:monthly:${7 * DAY}`])
  expect(refreshes).toEqual([{ rule: 'monthly', dueAtMs: 30 * DAY }])
})

test('a closed customer gets nothing', () => {
  const world = newWorld({ status: 'closed' })
  expect(refreshAt(world, 0, [rule()])).toEqual({ effects: null, refreshes: [] })
})

const PERIODS: Allowance['period'][] = [
  { kind: 'anchored_length', lengthMs: 7 * DAY },
  { kind: 'anchored_months', months: 1 },
  { kind: 'calendar', unit: 'week', zone: 'Europe/Berlin' },
  { kind: 'calendar', unit: 'month', zone: 'customer' },
]
const START = utc('2026-01-31T10:00')
/** Ticks of several nodes whose clocks step: forwards, backwards, twice at one instant; use and expiry in between. */
const ticks = fc.array(
  fc.record({
    step: fc.constantFrom(0, 1, 3_600_000, -3_600_000, 2 * DAY, -DAY, 9 * DAY, 40 * DAY),
    use: fc.bigInt(0n, 150n),
    expiryFirst: fc.boolean(),
    anchorStep: fc.constantFrom(0, 0, 0, DAY),
  }),
  { maxLength: 30 },
)

test('exactly once per (customer, rule, period start), never two at a time, and rollover within its cap, whatever the clocks do', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PERIODS),
      ticks,
      fc.option(fc.record({ max: fc.bigInt(0n, 120n), periods: fc.integer({ min: 1, max: 3 }) })),
      (period, steps, rollover) => {
        const world = newWorld({ anchorMs: START, timeZone: 'America/New_York' })
        const rules = [rule({ period, rollover })]
        let atMs = START
        for (const { step, use, expiryFirst, anchorStep } of steps) {
          atMs += step
          const { profile } = world.state
          world.state = { ...world.state, profile: { ...profile, anchorMs: profile.anchorMs + anchorStep } }
          world.nowMs = atMs
          // Expiry alone must not run before a refresh that rolls over; without rollover the order is of no matter.
          if (expiryFirst && rollover === null) apply(world, expireGrants(snapshotOf(world), contextOf(world)))
          const { refreshes } = refreshAt(world, atMs, rules)
          refreshAt(world, atMs, rules)
          takeLines(world, use, 'spent')

          const now = world.state.atMs
          expect(new Set(sources(world)).size).toBe(world.grants.size)
          const running = [...world.grants.values()].filter(
            (grant) => grant.source.startsWith('refresh:') && (grant.expiresAtMs ?? 0) > Math.max(now, atMs),
          )
          expect(running).toHaveLength(1)
          expect(refreshes).toEqual([{ rule: 'monthly', dueAtMs: running[0]?.expiresAtMs }])
          expect(running[0]?.expiresAtMs).toBeGreaterThan(
            periodAt(period, { atMs: Math.max(now, atMs), anchorMs: START, timeZone: 'America/New_York' }).startMs,
          )
          const carried = world.state.grants
            .filter((grant) => world.grants.get(grant.id)?.source.startsWith('rollover:'))
            .reduce((sum, grant) => sum + grant.available, 0n)
          expect(carried <= (rollover?.max ?? 0n)).toBe(true)
        }
      },
    ),
    { numRuns: 200 },
  )
})
