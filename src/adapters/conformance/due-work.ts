import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AT, bumped, commit, draw, holdOf, nextId, replyOf } from './sample.ts'
import { customerIn, fund, type World } from './world.ts'

/** What every adapter's due work and maintenance must do. `open` gives a world with an empty database. */
export function dueWorkConformance(open: () => Promise<World>): void {
  let world: World
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  describe('due', () => {
    test('are open holds whose time is over, soonest first', async () => {
      const customer = await customerIn(world)
      const [late, soon, open, closed] = [
        holdOf(customer, { expiresAtMs: AT + 20 }),
        holdOf(customer, { expiresAtMs: AT + 10 }),
        holdOf(customer, { expiresAtMs: AT + 31 }),
        holdOf(customer, { expiresAtMs: AT + 5, status: 'released', lines: [], closedAtMs: AT }),
      ]
      await world.customers.transact(customer, {
        idempotency: null,
        needs: {},
        plan: ({ state }) =>
          commit(
            { state: { ...bumped(state), openHolds: 3, nextHoldExpiryMs: AT }, holds: [late, soon, open, closed] },
            replyOf('placed'),
          ),
      })
      expect(await world.due.holdsDue(AT + 9, 10)).toEqual([])
      expect(await world.due.holdsDue(AT + 30, 10)).toEqual([
        { customer, hold: soon.id },
        { customer, hold: late.id },
      ])
      expect(await world.due.holdsDue(AT + 30, 1)).toEqual([{ customer, hold: soon.id }])
    })

    test('are expired grants with a balance, soonest first', async () => {
      const customer = await customerIn(world)
      const late = await fund(world, customer, 5n, { expiresAtMs: AT + 20 })
      const soon = await fund(world, customer, 5n, { expiresAtMs: AT + 10 })
      await fund(world, customer, 5n)
      expect(await world.due.grantsDue(AT + 9, 10)).toEqual([])
      expect(await world.due.grantsDue(AT + 20, 10)).toEqual([
        { customer, grant: soon.id },
        { customer, grant: late.id },
      ])
      expect(await world.due.grantsDue(AT + 20, 0)).toEqual([])
    })

    test('are refreshes by their rule, soonest first, and the schedule is replaced whole', async () => {
      const customer = await customerIn(world)
      const schedule = (refreshes: { rule: string; dueAtMs: number }[]) =>
        world.customers.transact(customer, {
          idempotency: null,
          needs: { ledger: true },
          plan: ({ state }) => commit({ state: bumped(state) }, replyOf('scheduled'), { refreshes }),
        })
      await schedule([
        { rule: 'monthly', dueAtMs: AT + 20 },
        { rule: 'weekly', dueAtMs: AT + 10 },
      ])
      expect(await world.due.refreshesDue(AT + 20, 10)).toEqual([
        { customer, rule: 'weekly', dueAtMs: AT + 10 },
        { customer, rule: 'monthly', dueAtMs: AT + 20 },
      ])
      await schedule([{ rule: 'monthly', dueAtMs: AT + 30 }])
      expect(await world.due.refreshesDue(AT + 20, 10)).toEqual([])
    })
  })

  test('old idempotency entries are purged, bounded; a correction’s and a source’s stay', async () => {
    const customer = await customerIn(world)
    await fund(world, customer, 10n)
    for (const key of ['a', 'b', 'c']) await world.customers.transact(customer, draw(key, 1n))
    await world.customers.transact(customer, {
      idempotency: null,
      needs: { singleUse: ['correction/x', 'source/y', 'consent/z'] },
      plan: ({ state }) => commit({ state: bumped(state) }, replyOf('redeemed')),
    })
    expect(await world.maintenance.purgeIdempotency(AT, 100)).toBe(0)
    expect(await world.maintenance.purgeIdempotency(AT + 1, 3)).toBe(3)
    expect(await world.maintenance.purgeIdempotency(AT + 1, 100)).toBe(1)
    let used: readonly string[] = []
    await world.customers.transact(customer, {
      idempotency: { operation: 'look', key: nextId('key'), fingerprint: '0'.repeat(32) },
      needs: { singleUse: ['correction/x', 'source/y'] },
      plan(snapshot) {
        used = [...snapshot.usedKeys]
        return { kind: 'answer', reply: replyOf('seen') }
      },
    })
    expect(used.toSorted()).toEqual(['correction/x', 'source/y'])
  })
}
