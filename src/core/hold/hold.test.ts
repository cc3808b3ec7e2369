import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authorize, cost, fiveHours, grantOf, HOUR, NOON, policyOf, World } from '../testing/world.ts'
import { captureHold } from './capture.ts'

const PROMOTION = grantOf(1, 'promotion', 5)
const CREDITS = grantOf(2, 'credits', 20)

/** 10 included, 5 promotion, 20 credits; a hold of 18 takes 10 + 5 + 3. */
function held(): { world: World; hold: string } {
  const world = new World(policyOf({ windows: [fiveHours(10)] }), { grants: [PROMOTION, CREDITS] })
  return { world, hold: world.ask(authorize(18)).hold!.id }
}
const left = (world: World): (bigint | undefined)[] => [
  10n - world.used('five_hour'),
  world.grant(PROMOTION.id)?.available,
  world.grant(CREDITS.id)?.available,
]

describe('capture settles the actual use', () => {
  const table: [
    actual: bigint,
    fromHold: bigint,
    drawnAnew: bigint,
    absorbed: bigint,
    released: bigint,
    left: (bigint | undefined)[],
  ][] = [
    [18n, 18n, 0n, 0n, 0n, [0n, undefined, 17n]],
    [16n, 16n, 0n, 0n, 2n, [0n, undefined, 19n]],
    [15n, 15n, 0n, 0n, 3n, [0n, undefined, 20n]],
    [12n, 12n, 0n, 0n, 6n, [0n, 3n, 20n]],
    [4n, 4n, 0n, 0n, 14n, [6n, 5n, 20n]],
    [0n, 0n, 0n, 0n, 18n, [10n, 5n, 20n]],
    [25n, 18n, 7n, 0n, 0n, [0n, undefined, 10n]],
    [35n, 18n, 17n, 0n, 0n, [0n, undefined, undefined]],
    [40n, 18n, 17n, 5n, 0n, [0n, undefined, undefined]],
  ]
  for (const [actual, fromHold, drawnAnew, absorbed, released, expected] of table) {
    test(`${actual} of a hold of 18: ${fromHold} from it, ${drawnAnew} anew, ${absorbed} absorbed, ${released} back`, () => {
      const { world, hold } = held()
      const outcome = world.capture(hold, actual)
      expect([outcome.fromHold, outcome.drawnAnew, outcome.absorbed, outcome.released]).toEqual([
        fromHold,
        drawnAnew,
        absorbed,
        released,
      ])
      expect(left(world)).toEqual(expected)
      expect(world.state.openHolds).toBe(0)
    })
  }
})

test('what nothing covers becomes debt up to the bound of the policy, then is absorbed', () => {
  const world = new World(policyOf({}, { uncovered: { kind: 'debt', maxMicroCredits: '5' } }), { grants: [CREDITS] })
  const first = world.capture(world.ask(authorize(20)).hold!.id, 23n)
  expect([first.debt, first.absorbed, world.state.debt]).toEqual([3n, 0n, 3n])
  world.state = { ...world.state, grants: [grantOf(3, 'credits', 1)] }
  const second = world.capture(world.ask(authorize(1)).hold!.id, 6n)
  expect([second.debt, second.absorbed, world.state.debt]).toEqual([2n, 3n, 5n])
})

test('partial captures draw on, the last one returns the rest', () => {
  const { world, hold } = held()
  expect(world.capture(hold, 7n, false).hold.status).toBe('open')
  expect(world.capture(hold, 7n, false).fromHold).toBe(7n)
  const last = world.capture(hold, 1n)
  expect([last.released, last.hold.captured, left(world)]).toEqual([3n, 15n, [0n, undefined, 20n]])
  expect(world.usage.map((event) => [event.cost, event.version])).toEqual([
    [7n, 3],
    [7n, 4],
    [1n, 5],
  ])
})

test('units taken in a window that has reset since are not given back to the new one; credits are', () => {
  const world = new World(policyOf({ windows: [fiveHours(10)] }), { grants: [CREDITS] })
  const hold = world.ask(authorize(12, 6 * HOUR)).hold!.id
  world.atMs += 5 * HOUR
  world.ask({ price: cost(4) })
  world.release(hold)
  expect([world.used('five_hour'), world.grant(CREDITS.id)!.available]).toEqual([4n, 20n])
})

describe('a closed hold has a defined answer', () => {
  const close: [how: string, close: (world: World, hold: string) => void, status: string][] = [
    ['captured', (world, hold) => world.capture(hold, 1n), 'captured'],
    ['released', (world, hold) => world.release(hold), 'released'],
    ['run out', (world) => (world.atMs += 60_000), 'expired'],
    ['expired by the schedule', (world, hold) => ((world.atMs += 60_000), world.expire(hold)), 'expired'],
  ]
  for (const [how, closing, status] of close) {
    test(`late capture of one that is ${how}: closed as ${status}, nothing changes`, () => {
      const { world, hold } = held()
      closing(world, hold)
      const result = world.run((snapshot) =>
        captureHold({
          snapshot,
          hold,
          price: cost(3),
          final: true,
          policy: world.policy,
          atMs: world.atMs,
          ids: { usageEvent: 'use_x' },
        }),
      )
      expect(result).toMatchObject({ kind: 'closed', status })
    })
  }
})

test('expiry returns everything; before its time it does nothing; a heartbeat moves it', () => {
  const { world, hold } = held()
  world.atMs += 59_999
  expect(world.expire(hold)).toBe(false)
  world.extend(hold, 60_000)
  world.atMs += 59_999
  expect(world.expire(hold)).toBe(false)
  world.atMs += 1
  expect(world.expire(hold)).toBe(true)
  expect(world.expire(hold)).toBe(false)
  expect(left(world)).toEqual([10n, 5n, 20n])
})

test('a heartbeat never shortens a hold and never passes its latest expiry', () => {
  const { world, hold } = held()
  expect(world.extend(hold, 1).expiresAtMs).toBe(NOON + 60_000)
  expect(world.extend(hold, 40 * 24 * HOUR).expiresAtMs).toBe(NOON + 86_400_000)
})

test('a stream whose caller never comes back is charged what it last reported', () => {
  const { world, hold } = held()
  world.report(hold, cost(6))
  world.report(hold, cost(11))
  world.atMs += 60_000
  expect(world.expire(hold)).toBe(true)
  expect(left(world)).toEqual([0n, 4n, 20n])
  expect(world.usage.map((event) => [event.cost, event.hold])).toEqual([[11n, hold]])
})

test('the difference above a hold needs the same consent as the request did', () => {
  const world = new World(policyOf(), { grants: [CREDITS], profile: { consent: 'ask' } })
  const hold = world.ask({ ...authorize(10), consented: 12n }).hold!.id
  const outcome = world.capture(hold, 15n)
  expect([outcome.fromHold, outcome.drawnAnew, outcome.absorbed]).toEqual([10n, 2n, 3n])
})

test('consent taken back meanwhile: what is held is captured, nothing more is drawn', () => {
  const world = new World(policyOf(), { grants: [CREDITS] })
  const hold = world.ask(authorize(10)).hold!.id
  world.state = { ...world.state, profile: { ...world.state.profile, consent: 'off' } }
  expect(world.capture(hold, 15n)).toMatchObject({ fromHold: 10n, drawnAnew: 0n, absorbed: 5n })
})

test('a cap gets back what a hold of credits did not use', () => {
  const caps = [{ id: 'month', scope: 'customer', limit: '12', period: 'month' } as const]
  const world = new World(policyOf({ caps }), { grants: [CREDITS] })
  const hold = world.ask(authorize(10)).hold!.id
  expect(world.ask({ price: cost(3) }).denial!.reason).toBe('spend_cap_reached')
  world.capture(hold, 4n)
  expect(world.ask({ price: cost(8) }).outcome).toBe('allowed')
  expect(world.ask({ price: cost(1) }).denial!.reason).toBe('spend_cap_reached')
})

test('capture, release, expiry and extension in any order conserve every grant and free every place', () => {
  const move = fc.record({
    index: fc.nat(7),
    what: fc.constantFrom('capture', 'part', 'over', 'release', 'extend', 'wait'),
    amount: fc.integer({ min: 0, max: 9 }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      fc.array(move, { maxLength: 15 }),
      (amounts, moves) => {
        const guards = [{ id: 'jobs', kind: 'concurrency', scope: 'subject', limit: 9 } as const]
        const world = new World(policyOf({ guards, windows: [fiveHours(12)] }), { grants: [PROMOTION, CREDITS] })
        const holds = amounts
          .map((amount, i) => world.ask({ ...authorize(amount), subject: i % 2 === 0 ? 'a' : 'b' }).hold?.id)
          .filter((id) => id !== undefined)
        for (const { index, what, amount } of moves) {
          const open = holds.filter(
            (id) => world.holds.get(id)!.status === 'open' && world.holds.get(id)!.expiresAtMs > world.atMs,
          )
          const hold = open[index % Math.max(1, open.length)]
          if (what === 'wait') world.atMs += 25_000
          else if (hold === undefined) continue
          else if (what === 'release') world.release(hold)
          else if (what === 'extend') world.extend(hold, 30_000)
          else world.capture(hold, BigInt(what === 'over' ? amount + 9 : amount), what !== 'part')
        }
        world.atMs += 3 * HOUR
        for (const id of holds) world.expire(id)
        for (const grant of [PROMOTION, CREDITS])
          expect((world.grant(grant.id)?.available ?? 0n) + world.takenFrom(grant.id)).toBe(grant.amount)
        const fromWindow = world.usage
          .flatMap((event) => event.lines)
          .reduce((sum, line) => (line.kind === 'window' ? sum + line.amount : sum), 0n)
        expect(world.used('five_hour')).toBe(fromWindow)
        expect([world.state.openHolds, world.openHolds().length, world.state.nextHoldExpiryMs]).toEqual([0, 0, null])
        for (const row of world.subjects.values()) expect(row.guards.jobs ?? { open: [] }).toMatchObject({ open: [] })
      },
    ),
    { numRuns: 300 },
  )
})
