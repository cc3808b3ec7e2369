import { expect, test } from 'vitest'
import { MAX_AMOUNT } from '../shared/amount.ts'
import { apply, contextOf, newWorld, snapshotOf, type World } from '../../../tests/ledger-world.ts'
import { enterGrant, type NewGrant } from './enter.ts'
import { expireGrants } from './expire.ts'
import { revokeGrant } from './revoke.ts'

const PURCHASE: NewGrant = {
  kind: 'credits',
  amount: 100n,
  priority: 10,
  features: null,
  effectiveAtMs: null,
  expiresAtMs: null,
  source: 'purchase:1',
  reason: 'pack',
}

function enter(world: World, changes: Partial<NewGrant> = {}) {
  const plan = enterGrant(snapshotOf(world), { ...PURCHASE, ...changes }, contextOf(world))
  if (plan.ok) apply(world, plan.effects)
  return plan
}
const available = (world: World) => world.state.grants.map((grant) => grant.available)
const entries = (world: World) =>
  world.updates.map(({ seq, delta, balanceBefore, balanceAfter, cause }) => [
    seq,
    cause.kind,
    delta,
    balanceBefore,
    balanceAfter,
  ])

test('a grant is in the gate, the grants and the ledger by one change', () => {
  const world = newWorld()
  const plan = enter(world)
  expect(plan.ok && plan.grant).toMatchObject({
    amount: 100n,
    balance: 100n,
    spent: 0n,
    source: 'purchase:1',
    effectiveAtMs: 1_000,
  })
  expect(available(world)).toEqual([100n])
  expect(entries(world)).toEqual([[1, 'grant', 100n, 0n, 100n]])
  expect(world.state).toMatchObject({ version: 2, atMs: 1_000 })
  expect(world.head).toMatchObject({ seq: 1, hash: world.updates[0]?.hash, settledVersion: 0 })
})

test.each<[string, bigint, Partial<NewGrant>, { debt: bigint; available: bigint[]; kinds: string[] }]>([
  ['less debt than credits', 30n, {}, { debt: 0n, available: [70n], kinds: ['grant', 'debt'] }],
  ['more debt than credits', 130n, {}, { debt: 30n, available: [], kinds: ['grant', 'debt'] }],
  ['an adjustment pays too', 30n, { kind: 'adjustment' }, { debt: 0n, available: [70n], kinds: ['grant', 'debt'] }],
  ['an allowance does not', 30n, { kind: 'allowance' }, { debt: 30n, available: [100n], kinds: ['grant'] }],
  ['nor credits of some features', 30n, { features: ['a'] }, { debt: 30n, available: [100n], kinds: ['grant'] }],
  ['nor credits of the future', 30n, { effectiveAtMs: 2_000 }, { debt: 30n, available: [100n], kinds: ['grant'] }],
])('debt is paid from entering credits: %s', (_, debt, changes, expected) => {
  const world = newWorld()
  world.state = { ...world.state, debt }
  enter(world, changes)
  expect(world.state.debt).toBe(expected.debt)
  expect(available(world)).toEqual(expected.available)
  expect(world.updates.map((update) => update.cause.kind)).toEqual(expected.kinds)
})

test.each<[string, Partial<NewGrant>, string]>([
  ['nothing', { amount: 0n }, 'amount_not_positive'],
  ['less than nothing', { amount: -1n }, 'amount_not_positive'],
  ['more than fits beside what is there', { amount: MAX_AMOUNT - 99n, source: 'purchase:2' }, 'overflow'],
  ['one that has expired', { source: 'purchase:2', expiresAtMs: 1_000 }, 'already_expired'],
  [
    'one that expires before it starts',
    { source: 'purchase:2', effectiveAtMs: 9_000, expiresAtMs: 8_000 },
    'already_expired',
  ],
  ['the same purchase again', {}, 'duplicate_source'],
])('refuses %s, and changes nothing', (_, changes, reason) => {
  const world = newWorld()
  enter(world)
  const before = structuredClone({ state: world.state, head: world.head })
  expect(enter(world, changes)).toEqual({ ok: false, reason })
  expect({ state: world.state, head: world.head }).toEqual(before)
})

test('the largest amount fits', () => {
  expect(enter(newWorld(), { amount: MAX_AMOUNT }).ok).toBe(true)
})

test.each([
  { at: 4_999, available: [100n], expired: 0n },
  { at: 5_000, available: [], expired: 100n },
  { at: 5_001, available: [], expired: 100n },
])('at $at a grant that ends at 5000 has $expired expired', ({ at, ...expected }) => {
  const world = newWorld()
  enter(world, { expiresAtMs: 5_000 })
  world.nowMs = at
  apply(world, expireGrants(snapshotOf(world), contextOf(world)))
  expect(available(world)).toEqual(expected.available)
  expect([...world.grants.values()].map((grant) => grant.expired)).toEqual([expected.expired])
  expect(expireGrants(snapshotOf(world), contextOf(world))).toBeNull()
})

test('expiry leaves what is held, and takes it once it is given back', () => {
  const world = newWorld()
  enter(world, { expiresAtMs: 5_000 })
  world.state = { ...world.state, grants: world.state.grants.map((grant) => ({ ...grant, available: 60n, held: 40n })) }
  world.nowMs = 5_000
  apply(world, expireGrants(snapshotOf(world), contextOf(world)))
  expect(world.state.grants).toMatchObject([{ available: 0n, held: 40n }])
  world.state = { ...world.state, grants: world.state.grants.map((grant) => ({ ...grant, available: 40n, held: 0n })) }
  apply(world, expireGrants(snapshotOf(world), contextOf(world)))
  expect(entries(world).slice(1)).toEqual([
    [2, 'expiry', -60n, 100n, 40n],
    [3, 'expiry', -40n, 40n, 0n],
  ])
  expect(world.state.grants).toEqual([])
})

test('a clock that was set back does not bring an expired grant back', () => {
  const world = newWorld()
  enter(world, { expiresAtMs: 5_000 })
  world.state = { ...world.state, atMs: 6_000 }
  world.nowMs = 2_000
  expect(expireGrants(snapshotOf(world), contextOf(world))?.ledger?.updates).toMatchObject([{ delta: -100n }])
})

test('revoking takes what is available, up to the amount, and says when there is nothing', () => {
  const world = newWorld()
  enter(world)
  world.state = { ...world.state, grants: world.state.grants.map((grant) => ({ ...grant, available: 60n, held: 40n })) }
  const id = world.state.grants[0]?.id ?? ''
  const revoke = (upTo: bigint | null) => {
    const plan = revokeGrant(snapshotOf(world), { grant: id, upTo, reason: 'fraud' }, contextOf(world))
    if (plan.ok) apply(world, plan.effects)
    return plan.ok ? plan.revoked : plan.reason
  }
  expect([revoke(10n), revoke(null), revoke(null)]).toEqual([10n, 50n, 'nothing_available'])
  expect(world.grants.get(id)).toMatchObject({ balance: 40n, revoked: 60n })
  expect(revokeGrant(snapshotOf(world), { grant: 'grt_x', upTo: null, reason: 'x' }, contextOf(world))).toEqual({
    ok: false,
    reason: 'unknown_grant',
  })
})
