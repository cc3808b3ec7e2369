import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GuardDocument, WindowDocument } from '../policy/document.ts'
import { NOON, policyOf, World, grantOf, HOUR, DAY } from '../testing/world.ts'
import type { Decision } from './decision.ts'
import { counterfactual, redecide, stateAfter } from './redecide.ts'
import type { AccessRequest } from './request.ts'
import type { GrantState } from './state.ts'

const amount = fc.integer({ min: 0, max: 40 })

const windowsOf = fc.tuple(amount, amount, amount).map(([a, b, c]): WindowDocument[] =>
  [
    {
      id: 'five_hour',
      title: '5 hours',
      limit: String(a + 1),
      kind: 'fixed',
      anchor: 'first_use',
      lengthMs: 5 * HOUR,
    } as const,
    {
      id: 'day',
      title: 'Day',
      limit: String(b + 1),
      kind: 'fixed',
      anchor: 'calendar',
      unit: 'day',
      zone: 'customer',
    } as const,
    { id: 'slide', title: 'Hour', limit: String(c + 1), kind: 'sliding', lengthMs: HOUR, subBuckets: 6 } as const,
  ].slice(0, (a + b + c) % 4),
)

const guardsOf = fc.subarray<GuardDocument>([
  { id: 'burst', kind: 'burst', scope: 'customer', counts: 'requests', rate: 3, perMs: 7000, burst: 3 },
  { id: 'minute', kind: 'sliding', scope: 'subject', counts: 'requests', limit: 4, windowMs: 60_000, subBuckets: 6 },
  { id: 'jobs', kind: 'concurrency', scope: 'customer', limit: 3 },
])

const grants = fc
  .array(
    fc.record({
      kind: fc.constantFrom<GrantState['kind'][]>('allowance', 'promotion', 'entitlement', 'credits', 'credits'),
      available: fc.integer({ min: 1, max: 40 }),
      startsIn: fc.constantFrom(-1, -1, HOUR),
      endsIn: fc.constantFrom(null, null, 2 * HOUR, DAY),
    }),
    { maxLength: 5 },
  )
  .map((list) =>
    list.map(({ kind, available, startsIn, endsIn }, i) =>
      grantOf(i + 1, kind, available, {
        effectiveAtMs: NOON + startsIn,
        expiresAtMs: endsIn === null ? null : NOON + endsIn,
      }),
    ),
  )

const request = fc.record({
  subject: fc.constantFrom('a', 'b', null),
  task: fc.constantFrom('x', null),
  price: fc.integer({ min: 0, max: 30 }).map((cost) => ({ kind: 'cost' as const, cost: BigInt(cost) })),
  mode: fc.constantFrom<AccessRequest['mode'][]>(
    { kind: 'consume' },
    { kind: 'authorize', ttlMs: 20_000 },
    { kind: 'authorize', ttlMs: 3 * HOUR },
  ),
  acceptPartial: fc.constantFrom(null, null, { minimum: 0n }, { minimum: 5n }),
  includedOnly: fc.constantFrom(false, false, true),
  maxCredits: fc.constantFrom(null, null, 6n),
  consented: fc.constantFrom(null, 9n),
})

const step = fc.record({
  request,
  waitMs: fc.constantFrom(0, 1, 1000, 61_000, HOUR, 5 * HOUR, DAY),
  settle: fc.constantFrom('capture', 'over', 'part', 'release', 'leave'),
})

const history = fc.record({
  windows: windowsOf,
  guards: guardsOf,
  grants,
  consent: fc.constantFrom<('on' | 'ask' | 'off')[]>('on', 'on', 'ask', 'off'),
  caps: fc.boolean(),
  debt: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

function worldOf(past: History): World {
  const caps = past.caps
    ? [
        { id: 'cap', scope: 'customer', limit: '25', period: 'day' } as const,
        { id: 'sub', scope: 'subject', limit: '15', period: 'ever' } as const,
      ]
    : []
  const uncovered = past.debt ? ({ kind: 'debt', maxMicroCredits: '7' } as const) : ({ kind: 'absorb' } as const)
  return new World(policyOf({ windows: past.windows, guards: past.guards, caps }, { uncovered }), {
    grants: past.grants,
    profile: { consent: past.consent },
  })
}

function play(past: History, look: (world: World, decision: Decision, before: World['state']) => void): World {
  const world = worldOf(past)
  for (const { request: asked, waitMs, settle } of past.steps) {
    world.atMs += waitMs
    const before = world.state
    const decision = world.ask(asked)
    look(world, decision, before)
    if (decision.hold === null || settle === 'leave') continue
    if (settle === 'release') world.release(decision.hold.id)
    if (settle === 'capture') world.capture(decision.hold.id, decision.granted / 2n)
    if (settle === 'over') world.capture(decision.hold.id, decision.granted + 7n)
    if (settle === 'part') world.capture(decision.hold.id, decision.granted / 3n, false)
  }
  return world
}

const runs = { numRuns: 400 }

test('no layer is drawn while an earlier applicable one had room', () => {
  fc.assert(
    fc.property(history, (past) => {
      play(past, (world, decision) => {
        const drawn = decision.trace.filter(
          (found) => found.step === 'included' || found.step === 'grant' || found.step === 'credits',
        )
        const paidOnly = decision.trace.some((found) => found.step === 'guard' && found.verdict === 'denied')
        if (decision.outcome === 'denied' || paidOnly) return
        const firstLeft = drawn.findIndex(
          (found) => found.step !== 'included' && found.verdict === 'took' && found.took! < found.found!,
        )
        const later =
          firstLeft === -1
            ? []
            : drawn.slice(firstLeft + 1).filter((found) => found.took! > 0n && found.step === drawn[firstLeft]!.step)
        expect(later).toEqual([])
        const windowsLeft = decision.windows.every((window) => window.remaining > 0n)
        const paid = decision.funding.some((line) => line.layer !== 'included')
        const applicable = world.policy.tiers.get('t')!.windows.length > 0
        if (applicable && paid) expect(windowsLeft).toBe(false)
      })
    }),
    runs,
  )
})

test('a denial changes nothing', () => {
  fc.assert(
    fc.property(history, (past) => {
      play(past, (world, decision, before) => {
        if (decision.outcome !== 'denied') return
        expect(world.state).toBe(before)
        expect([decision.granted, decision.funding, decision.hold]).toEqual([0n, [], null])
        expect(decision.denial!.waysOn.length).toBeGreaterThan(0)
      })
    }),
    runs,
  )
})

test('funding adds up to what was granted, and granted is the cost unless a part was accepted', () => {
  fc.assert(
    fc.property(history, (past) => {
      play(past, (_world, decision) => {
        if (decision.outcome === 'denied') return
        expect(decision.funding.reduce((sum, line) => sum + line.amount, 0n)).toBe(decision.granted)
        for (const line of decision.funding)
          expect([line.before - line.after, line.after >= 0n]).toEqual([line.amount, true])
        if (decision.outcome === 'allowed') expect(decision.granted).toBe(decision.cost)
      })
    }),
    runs,
  )
})

test('drawn + uncovered = cost for every usage event, and no grant is charged twice in it', () => {
  fc.assert(
    fc.property(history, (past) => {
      for (const event of play(past, () => {}).usage) {
        expect(event.lines.reduce((sum, line) => sum + line.amount, 0n)).toBe(event.cost)
        const sources = event.lines.map((line) =>
          line.kind === 'grant' || line.kind === 'window' ? `${line.kind}${line.source}` : line.kind,
        )
        expect(new Set(sources).size).toBe(sources.length)
      }
    }),
    runs,
  )
})

test('value is conserved: granted = available + held + taken, held = the lines of open holds, never below zero', () => {
  fc.assert(
    fc.property(history, (past) => {
      const world = play(past, () => {})
      for (const grant of past.grants) {
        const now = world.grant(grant.id) ?? { available: 0n, held: 0n }
        const held = world
          .openHolds()
          .flatMap((hold) => hold.lines)
          .reduce((sum, line) => (line.source === grant.id ? sum + line.amount : sum), 0n)
        expect(now.held).toBe(held)
        expect(now.available + now.held + world.takenFrom(grant.id)).toBe(grant.amount)
        expect(now.available >= 0n && now.held >= 0n).toBe(true)
      }
      expect(world.state.openHolds).toBe(world.openHolds().length)
    }),
    runs,
  )
})

test('retryAt is right: one millisecond earlier still denies, at it passes', () => {
  let answered = 0
  fc.assert(
    fc.property(history, (past) => {
      play(past, (world, decision) => {
        if (decision.denial === null) return
        const { retryAtMs } = decision.denial
        const asked = world.kept.at(-1)!.request
        if (retryAtMs === null) {
          expect(world.wouldBe(asked, NOON + 400 * DAY).outcome).toBe('denied')
          return
        }
        answered += 1
        expect(retryAtMs).toBeGreaterThan(decision.atMs)
        expect(world.wouldBe(asked, retryAtMs - 1).outcome).toBe('denied')
        expect(world.wouldBe(asked, retryAtMs).outcome).not.toBe('denied')
      })
    }),
    runs,
  )
  expect(answered).toBeGreaterThan(50)
})

test('the same inputs give the same decision: redecide equals what was decided, and leads to the same state', () => {
  fc.assert(
    fc.property(history, (past) => {
      const world = worldOf(past)
      for (const { request: asked, waitMs } of past.steps) {
        world.atMs += waitMs
        const decision = world.ask(asked)
        const kept = world.kept.at(-1)!
        expect(redecide(kept, world.policy)).toEqual(decision)
        if (decision.outcome !== 'denied') expect(stateAfter(kept, world.policy)).toEqual(world.state)
      }
    }),
    runs,
  )
})

test('with enough more credits a shortage would have passed, and guards still decide', () => {
  fc.assert(
    fc.property(history, (past) => {
      play({ ...past, caps: false }, (world, decision) => {
        const kept = world.kept.at(-1)!
        if (decision.denial === null || decision.denial.layer === 'gate') return
        const richer = counterfactual(kept, world.policy, { policy: null, moreCredits: 1000n })
        const bounded = kept.request.includedOnly || kept.request.maxCredits !== null
        if (decision.denial.layer === 'guard') expect(richer.outcome).toBe('denied')
        else if (!bounded) expect(richer.outcome).toBe('allowed')
      })
    }),
    runs,
  )
})
