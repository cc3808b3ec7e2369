import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Policy } from '../policy/policy.ts'
import {
  apply,
  applySettlement,
  contextOf,
  newWorld,
  policy,
  recordUsage,
  snapshotOf,
  takeLines,
  unsettled,
  type World,
} from '../../../tests/ledger-world.ts'
import { enterGrant } from '../grant/enter.ts'
import type { UsageEvent, UsageLine } from './events.ts'
import { MAX_ATTEMPTS, type SettleContext, settle } from './settle.ts'

function worldWith(...amounts: bigint[]): World {
  const world = newWorld()
  amounts.forEach((amount, i) => {
    const plan = enterGrant(
      snapshotOf(world),
      {
        kind: 'credits',
        amount,
        priority: i,
        features: null,
        effectiveAtMs: null,
        expiresAtMs: null,
        source: `purchase:${i}`,
        reason: 'pack',
      },
      contextOf(world),
    )
    if (plan.ok) apply(world, plan.effects)
  })
  return world
}

function settleWorld(
  world: World,
  events: readonly UsageEvent[] = unsettled(world),
  { refusals = new Map(), ...changes }: Partial<SettleContext> & { refusals?: ReadonlyMap<string, string> } = {},
) {
  const { head, grants, attempts } = world
  const settlement = settle({ head, events, grants, attempts, refusals }, { ...contextOf(world), ...changes })
  applySettlement(world, settlement)
  return settlement
}
const charges = (world: World) =>
  world.updates
    .filter((update) => update.cause.kind === 'charge')
    .map((update) => [update.seq, update.delta, update.balanceBefore, update.balanceAfter])

test('an event becomes one monetization event and one chained update per grant', () => {
  const world = worldWith(50n, 100n)
  const usage = recordUsage(world, takeLines(world, 70n, 'spent'))
  const { monetizationEvents } = settleWorld(world)
  expect(monetizationEvents).toMatchObject([
    { usageEvent: usage.id, version: usage.version, cost: 70n, lines: usage.lines, settledAtMs: 1_000 },
  ])
  expect(charges(world)).toEqual([
    [3, -50n, 50n, 0n],
    [4, -20n, 100n, 80n],
  ])
  expect(world.head.settledVersion).toBe(usage.version)
})

test('free and uncovered usage is monetized too; what is absorbed is refunded by the next line', () => {
  const world = worldWith()
  const lines: UsageLine[] = [
    { kind: 'window', source: 'week', amount: 5n },
    { kind: 'absorbed', amount: 3n },
    { kind: 'debt', amount: 2n },
  ]
  recordUsage(world, lines)
  const { monetizationEvents, updates } = settleWorld(world)
  expect(monetizationEvents[0]?.lines).toEqual([
    lines[0],
    lines[1],
    { kind: 'refund', amount: 3n, why: 'absorbed' },
    lines[2],
  ])
  expect(updates).toEqual([])
})

test('two lines of one grant are one update', () => {
  const world = worldWith(50n)
  const [line] = takeLines(world, 10n, 'spent') as [UsageLine]
  recordUsage(world, [
    { ...line, amount: 4n },
    { ...line, amount: 6n },
  ])
  settleWorld(world)
  expect(charges(world)).toEqual([[2, -10n, 50n, 40n]])
})

const POISON: [string, Partial<UsageEvent>, Partial<SettleContext>, string][] = [
  ['a cost that is not the rate card’s', { price: { kind: 'cost', cost: 9n } }, {}, "cost 10 is not the rate card's 9"],
  [
    'lines that do not add up',
    { cost: 11n, price: { kind: 'cost', cost: 11n } },
    {},
    'lines of 10 are not the cost 11',
  ],
  ['an unknown feature', { feature: 'gone' }, {}, 'unknown_feature in policy 1'],
  ['an unknown policy', { policyVersion: 7 }, {}, 'cites policy 7, which does not exist'],
  [
    'a policy other than the one cited',
    {},
    { policyOf: () => ({ ...policy, version: 2 }) as Policy },
    'policy 2 is not the one cited',
  ],
  [
    'a grant that is not there',
    { lines: [{ kind: 'grant', layer: 'credits', source: 'grt_x', amount: 10n }] },
    {},
    'no such grant: grt_x',
  ],
  ['more than the grant holds', { cost: 90n, price: { kind: 'cost', cost: 90n } }, {}, 'holds 50, not 90'],
  ['a line below zero', { lines: [{ kind: 'absorbed', amount: -10n }] }, {}, 'a line is not above zero'],
  ['another customer’s event', { customer: 'cus_x' }, {}, 'belongs to cus_x'],
  ['a malformed event', { price: null as never }, {}, 'TypeError'],
  ['one that the store refused', {}, {}, 'check constraint'],
]

test.each(POISON)(
  '%s is counted, keeps its place in the order, and is dead at the last attempt; the others go on',
  (_, changes, context, reason) => {
    const world = worldWith(50n)
    const [line] = takeLines(world, 10n, 'spent') as [UsageLine]
    const poison = recordUsage(world, [changes.cost === 90n ? { ...line, amount: 90n } : line], changes)
    const next = recordUsage(world, takeLines(world, 5n, 'spent'), { policyVersion: 3 })
    const spoilt = {
      refusals: new Map(reason === 'check constraint' ? [[poison.id, reason]] : []),
      policyOf: (version: number) =>
        version === 3 ? { ...policy, version } : (context.policyOf ?? contextOf(world).policyOf)(version),
    }
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      const waiting = settleWorld(world, unsettled(world), spoilt)
      expect(waiting.failures).toEqual([{ event: poison, reason: expect.stringContaining(reason), dead: false }])
      expect([waiting.monetizationEvents, waiting.updates, waiting.grants]).toEqual([[], [], []])
    }
    const last = settleWorld(world, unsettled(world), spoilt)
    expect(last.failures).toEqual([{ event: poison, reason: expect.stringContaining(reason), dead: true }])
    expect(last.monetizationEvents).toMatchObject([{ usageEvent: next.id }])
    expect(last.updates).toMatchObject([{ delta: -5n, balanceAfter: 45n }])
    expect(world.head.settledVersion).toBe(next.version)
  },
)

const amounts = fc.array(fc.bigInt(1n, 40n), { minLength: 1, maxLength: 12 })
/** How many of the oldest unsettled events each run is given, and whether it is given what is settled once more. */
const runs = fc.array(fc.record({ take: fc.integer({ min: 0, max: 5 }), again: fc.boolean() }), { maxLength: 20 })

test('any batching, repetition and restart of settlement gives the same final state', () => {
  fc.assert(
    fc.property(amounts, runs, (costs, steps) => {
      const batched = worldWith(60n, 100n)
      const whole = worldWith(60n, 100n)
      for (const cost of costs)
        for (const world of [batched, whole]) recordUsage(world, takeLines(world, cost, 'spent'))
      settleWorld(whole)
      for (const { take, again } of steps)
        settleWorld(batched, again ? batched.usage : unsettled(batched).slice(0, take))
      settleWorld(batched)

      const outcome = (world: World) => ({
        charges: charges(world),
        charged: world.monetized.map((event) => [event.usageEvent, event.lines]),
        balances: [...world.grants.values()].map((grant) => [grant.balance, grant.spent]),
        seq: world.head.seq,
        settled: world.head.settledVersion,
      })
      expect(outcome(batched)).toEqual(outcome(whole))
      expect(new Set(batched.monetized.map((event) => event.usageEvent)).size).toBe(costs.length)
    }),
  )
})
