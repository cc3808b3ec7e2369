import { expect, test } from 'vitest'
import {
  apply,
  applySettlement,
  contextOf,
  newWorld,
  recordUsage,
  snapshotOf,
  takeLines,
  unsettled,
  type World,
} from '../../../tests/ledger-world.ts'
import { enterGrant } from '../grant/enter.ts'
import { expireGrants } from '../grant/expire.ts'
import { revokeGrant } from '../grant/revoke.ts'
import { correctionKey, correctUpdate } from './correct.ts'
import type { BalanceUpdate } from './events.ts'
import { settle } from './settle.ts'

/** A grant of 100 that ends at 5000, of which 30 are charged. */
function charged(): World {
  const world = newWorld()
  const plan = enterGrant(
    snapshotOf(world),
    {
      kind: 'credits',
      amount: 100n,
      priority: 0,
      features: null,
      effectiveAtMs: null,
      expiresAtMs: 5_000,
      source: 'purchase:1',
      reason: 'pack',
    },
    contextOf(world),
  )
  if (plan.ok) apply(world, plan.effects)
  recordUsage(world, takeLines(world, 30n, 'spent'))
  applySettlement(
    world,
    settle(
      { head: world.head, events: unsettled(world), grants: world.grants, attempts: new Map(), refusals: new Map() },
      contextOf(world),
    ),
  )
  return world
}

function correct(world: World, update: BalanceUpdate | undefined, usedKeys: readonly string[] = []) {
  if (update === undefined) throw new Error('nothing to correct')
  const causeOf = (id: string) => world.updates.find((one) => one.id === id)?.cause
  const plan = correctUpdate(
    snapshotOf(world, { usedKeys, named: [update.grant] }),
    { update, reason: 'dispute', causeOf },
    contextOf(world),
  )
  if (plan.ok) apply(world, plan.effects)
  return plan
}
const grant = (world: World) => [...world.grants.values()][0]
const available = (world: World) => world.state.grants.map((one) => one.available)

test('a charge is corrected by an entry that names it; the value can be spent again', () => {
  const world = charged()
  const charge = world.updates.at(-1)
  const plan = correct(world, charge)
  expect(plan.ok && plan.update).toMatchObject({
    delta: 30n,
    balanceBefore: 70n,
    balanceAfter: 100n,
    cause: { kind: 'correction', corrects: charge?.id, reason: 'dispute' },
  })
  expect(grant(world)).toMatchObject({ balance: 100n, spent: 0n })
  expect(available(world)).toEqual([100n])
})

test('a correction is corrected back to where it came from', () => {
  const world = charged()
  correct(world, world.updates.at(-1))
  correct(world, world.updates.at(-1))
  expect(grant(world)).toMatchObject({ balance: 70n, spent: 30n })
  expect(available(world)).toEqual([70n])
})

test('a revocation is corrected; value that comes back to an expired grant expires at once', () => {
  const world = charged()
  const plan = revokeGrant(
    snapshotOf(world),
    { grant: grant(world)?.id ?? '', upTo: null, reason: 'fraud' },
    contextOf(world),
  )
  if (plan.ok) apply(world, plan.effects)
  expect(available(world)).toEqual([])
  world.nowMs = 6_000
  correct(world, world.updates.at(-1))
  expect(available(world)).toEqual([70n])
  apply(world, expireGrants(snapshotOf(world), contextOf(world)))
  expect(grant(world)).toMatchObject({ balance: 0n, spent: 30n, expired: 70n, revoked: 0n })
})

test('debt whose payment is corrected is owed again', () => {
  const world = newWorld()
  world.state = { ...world.state, debt: 40n }
  const plan = enterGrant(
    snapshotOf(world),
    {
      kind: 'credits',
      amount: 100n,
      priority: 0,
      features: null,
      effectiveAtMs: null,
      expiresAtMs: null,
      source: 'purchase:1',
      reason: 'pack',
    },
    contextOf(world),
  )
  if (plan.ok) apply(world, plan.effects)
  correct(world, world.updates.at(-1))
  expect(world.state.debt).toBe(40n)
  expect(grant(world)).toMatchObject({ balance: 100n, spent: 0n })
  correct(world, world.updates.at(-1))
  expect(world.state.debt).toBe(0n)
})

test('never twice, never a grant’s own entry, never below what is available', () => {
  const world = charged()
  const [entry, charge] = world.updates
  expect(correct(world, charge, [correctionKey(charge?.id ?? '')])).toEqual({ ok: false, reason: 'already_corrected' })
  expect(correct(world, entry)).toEqual({ ok: false, reason: 'not_correctable' })
  correct(world, charge)
  takeLines(world, 80n, 'spent')
  expect(correct(world, world.updates.at(-1))).toEqual({ ok: false, reason: 'not_available' })
})
