import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  apply,
  applySettlement,
  contextOf,
  newWorld,
  recordUsage,
  sha256,
  snapshotOf,
  takeLines,
  unsettled,
  type World,
} from '../../../tests/ledger-world.ts'
import { enterGrant } from '../grant/enter.ts'
import { expireGrants } from '../grant/expire.ts'
import { revokeGrant } from '../grant/revoke.ts'
import type { Hold } from '../hold/hold.ts'
import { correctionKey, correctUpdate } from '../settlement/correct.ts'
import { settle } from '../settlement/settle.ts'
import { verifyChain, verifyTail } from './chain.ts'
import { heldByGrant, partsOf, pendingByGrant, sumParts, unexplained } from './identity.ts'
import { ACCOUNTS, counterAccount, postingsOf, rootCause } from './posting.ts'

type Step =
  | { do: 'enter'; kind: 'credits' | 'allowance'; amount: bigint; lifeMs: number | null }
  | { do: 'consume' | 'hold'; amount: bigint }
  | { do: 'capture' | 'release'; pick: number; amount: bigint }
  | { do: 'owe'; amount: bigint }
  | { do: 'settle'; max: number; poison: boolean }
  | { do: 'expire' }
  | { do: 'revoke' | 'correct'; pick: number; amount: bigint }
  | { do: 'wait'; ms: number }

const amount = fc.bigInt(1n, 60n)
const pick = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('enter' as const),
    kind: fc.constantFrom('credits' as const, 'allowance' as const),
    amount,
    lifeMs: fc.option(fc.integer({ min: 1, max: 30 })),
  }),
  fc.record({ do: fc.constantFrom('consume' as const, 'hold' as const), amount }),
  fc.record({ do: fc.constantFrom('capture' as const, 'release' as const), pick, amount }),
  fc.record({ do: fc.constant('owe' as const), amount }),
  fc.record({ do: fc.constant('settle' as const), max: fc.integer({ min: 1, max: 4 }), poison: fc.boolean() }),
  fc.record({ do: fc.constant('expire' as const) }),
  fc.record({ do: fc.constantFrom('revoke' as const, 'correct' as const), pick, amount }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -5, max: 15 }) }),
)

const openHolds = (world: World) => [...world.holds.values()].filter((hold) => hold.status === 'open')
const nth = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)]

function run(world: World, step: Step): void {
  const ctx = contextOf(world)
  switch (step.do) {
    case 'wait':
      world.nowMs += step.ms
      return
    case 'enter': {
      const expiresAtMs = step.lifeMs === null ? null : Math.max(world.nowMs, world.state.atMs) + step.lifeMs
      const input = {
        ...step,
        priority: 0,
        features: null,
        effectiveAtMs: null,
        expiresAtMs,
        source: `api:${world.made}`,
        reason: 'test',
      }
      const plan = enterGrant(snapshotOf(world), input, ctx)
      if (plan.ok) apply(world, plan.effects)
      return
    }
    case 'consume':
      recordUsage(world, takeLines(world, step.amount, 'spent'))
      return
    case 'owe':
      recordUsage(world, [{ kind: 'debt', amount: step.amount }])
      world.state = { ...world.state, debt: world.state.debt + step.amount }
      return
    case 'hold': {
      const lines = takeLines(world, step.amount, 'held').flatMap((line) =>
        line.kind === 'grant' ? [{ layer: line.layer, source: line.source, amount: line.amount, windows: [] }] : [],
      )
      const id = `hold_${world.made++}`
      world.holds.set(id, { id, status: 'open', lines } as unknown as Hold)
      return
    }
    case 'capture':
    case 'release': {
      const hold = nth(openHolds(world), step.pick)
      if (hold === undefined) return
      const [line] = hold.lines
      const used =
        step.do === 'capture' && line !== undefined
          ? { ...line, amount: step.amount < line.amount ? step.amount : line.amount }
          : null
      world.state = {
        ...world.state,
        grants: world.state.grants.map((grant) => {
          const held = hold.lines.filter((one) => one.source === grant.id).reduce((sum, one) => sum + one.amount, 0n)
          const spent = used?.source === grant.id ? used.amount : 0n
          return { ...grant, held: grant.held - held, available: grant.available + held - spent }
        }),
      }
      world.holds.set(hold.id, { ...hold, status: step.do === 'capture' ? 'captured' : 'released', lines: [] })
      if (used !== null)
        recordUsage(world, [{ kind: 'grant', layer: 'credits', source: used.source, amount: used.amount }])
      return
    }
    case 'settle': {
      const events = unsettled(world)
        .filter((event) => event.version > world.head.settledVersion)
        .slice(0, step.max)
      const refusals = new Map(step.poison ? events.map((event) => [event.id, 'poison']) : [])
      applySettlement(
        world,
        settle({ head: world.head, events, grants: world.grants, attempts: world.attempts, refusals }, ctx),
      )
      return
    }
    case 'expire':
      apply(world, expireGrants(snapshotOf(world), ctx))
      return
    case 'revoke': {
      const grant = nth([...world.grants.keys()], step.pick)
      const plan =
        grant === undefined ? null : revokeGrant(snapshotOf(world), { grant, upTo: step.amount, reason: 'test' }, ctx)
      if (plan?.ok) apply(world, plan.effects)
      return
    }
    case 'correct': {
      const update = nth(world.updates, step.pick)
      if (update === undefined) return
      const used = world.updates.flatMap((one) =>
        one.cause.kind === 'correction' ? [correctionKey(one.cause.corrects)] : [],
      )
      const causeOf = (id: string) => world.updates.find((one) => one.id === id)?.cause
      const plan = correctUpdate(
        snapshotOf(world, { usedKeys: used, named: [update.grant] }),
        { update, reason: 'test', causeOf },
        ctx,
      )
      if (plan.ok) apply(world, plan.effects)
    }
  }
}

/** Checks the whole ledger against the gate; throws at the first thing that does not add up. */
function check(world: World): void {
  const pending = pendingByGrant(unsettled(world))
  const held = heldByGrant(openHolds(world))
  const states = new Map(world.state.grants.map((grant) => [grant.id, grant]))
  const parts = [...world.grants.values()].map((grant) => {
    const own = partsOf(grant, states.get(grant.id), pending.get(grant.id) ?? 0n)
    expect(unexplained(own), grant.id).toBe(0n)
    expect(own.held).toBe(held.get(grant.id) ?? 0n)
    expect(grant.balance).toBe(own.available + own.held + own.pending)
    expect(Object.values(own).every((part) => part >= 0n)).toBe(true)
    return own
  })
  expect(unexplained(sumParts(parts))).toBe(0n)

  const totals = new Map<string, bigint>()
  const causes = new Map(world.updates.map((update) => [update.id, update.cause]))
  for (const update of world.updates) {
    const entry = postingsOf(
      update,
      counterAccount(update.cause, (id) => causes.get(id)),
    )
    expect(entry[0].amount + entry[1].amount).toBe(0n)
    for (const { account, amount } of entry) totals.set(account, (totals.get(account) ?? 0n) + amount)
  }
  for (const grant of world.grants.values()) expect(totals.get(`grant:${grant.id}`)).toBe(grant.balance)
  const { granted, spent, expired, revoked } = sumParts(parts)
  expect(ACCOUNTS.map((account) => totals.get(account) ?? 0n)).toEqual([-granted, spent, expired, revoked])

  const owed = world.usage
    .flatMap((event) => event.lines)
    .reduce((sum, line) => (line.kind === 'debt' ? sum + line.amount : sum), 0n)
  const paid = world.updates.reduce(
    (sum, update) => (rootCause(update.cause, (id) => causes.get(id)).kind === 'debt' ? sum - update.delta : sum),
    0n,
  )
  expect(world.state.debt).toBe(owed - paid)

  const chain = verifyChain(world.updates, sha256)
  expect(chain.ok && verifyTail(chain.at, world.head)).toBeNull()
}

test('granted = spent + held + pending + available + expired + revoked, after every step of any history', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = newWorld()
      for (const one of steps) {
        run(world, one)
        check(world)
      }
    }),
    { numRuns: 300 },
  )
})
