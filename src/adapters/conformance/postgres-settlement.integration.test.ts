import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CustomerId } from '../../core/shared/ids.ts'
import { postgresSettlementStore } from '../postgres/settlement-store/store.ts'
import { openPostgresWorld } from '../postgres/testing/open-world.ts'
import { AT, draw, nextId, usageEventOf } from './sample.ts'
import { settleAll, settlePlan } from './settle-plan.ts'
import { ledgerOf, settlementConformance } from './settlement-store.ts'
import { customerIn, fund, use } from './world.ts'

describe('postgres settlement store', () => {
  settlementConformance(openPostgresWorld)
})

describe('on PostgreSQL', () => {
  let world: Awaited<ReturnType<typeof openPostgresWorld>>
  beforeAll(async () => {
    world = await openPostgresWorld()
  })
  afterAll(() => world.close())

  const fundedCustomer = async (amount: bigint): Promise<CustomerId> => {
    const customer = await customerIn(world)
    await fund(world, customer, amount)
    return customer
  }
  const drawn = (customer: CustomerId, amount: bigint) =>
    world.customers.transact(customer, draw(nextId('key'), amount))

  test.each([
    { name: 'many customers', customers: 30, drawsEach: 12 },
    { name: 'one hot customer', customers: 1, drawsEach: 200 },
  ])(
    'two settlers beside the request path, $name: each event once, per customer in order',
    async ({ customers, drawsEach }) => {
      const own = await Promise.all(Array.from({ length: customers }, () => fundedCustomer(1_000_000n)))
      let drawing = true
      const settler = async () => {
        const store = postgresSettlementStore(world.database.pool, world.clock)
        let events = 0
        for (let idle = 0; drawing || idle < 2; ) {
          const batch = await store.settleDue({ maxNotes: 3, maxEventsPerCustomer: 9 }, settlePlan(world.clock))
          idle = batch.notes === 0 ? idle + 1 : 0
          events += batch.events
        }
        return events
      }
      const settling = [settler(), settler()]
      for (let round = 0; round < drawsEach; round += 4) {
        const calls = own.flatMap((customer) => [1, 2, 3, 4].map((step) => drawn(customer, BigInt(round + step))))
        expect((await Promise.all(calls)).every(({ kind }) => kind === 'done')).toBe(true)
      }
      drawing = false
      const settled = (await Promise.all(settling)).reduce((sum, events) => sum + events, 0)
      // What one settler left alone because the other one held it is due again a moment later.
      world.clock.advance(1_000)
      expect(settled + (await settleAll(world.settlement, settlePlan(world.clock)))).toBe(customers * drawsEach)

      for (const customer of own) {
        const { events, monetized, charges, view } = await ledgerOf(world, customer)
        expect(events).toHaveLength(drawsEach)
        expect(monetized.map(({ usageEvent }) => usageEvent)).toEqual(events.map(({ id }) => id))
        expect(charges.map(({ cause }) => cause)).toEqual(
          monetized.map(({ id }) => ({ kind: 'charge', monetizationEvent: id })),
        )
        expect(view.grants[0]?.balance).toBe(view.state.grants[0]?.available)
      }
      expect(await world.settlement.lag(AT)).toEqual({ dueNotes: 0, oldestMs: null })
    },
  )

  test('a backlog larger than a batch is settled over several, nobody left out and nobody out of order', async () => {
    const own = await Promise.all(Array.from({ length: 20 }, () => fundedCustomer(1_000n)))
    for (let amount = 1n; amount <= 6n; amount += 1n) await Promise.all(own.map((customer) => drawn(customer, amount)))
    const small = postgresSettlementStore(world.database.pool, world.clock, 10)
    const first = await small.settleDue({ maxNotes: 500, maxEventsPerCustomer: 4 }, settlePlan(world.clock))
    expect(first.events).toBeLessThanOrEqual(10)
    const rest = await settleAll(small, settlePlan(world.clock), { maxNotes: 500, maxEventsPerCustomer: 4 })
    expect(first.events + rest).toBe(120)
    for (const customer of own) {
      expect((await ledgerOf(world, customer)).charges.map(({ delta }) => delta)).toEqual([
        -1n,
        -2n,
        -3n,
        -4n,
        -5n,
        -6n,
      ])
    }
  })

  test('a customer whose ledger somebody is changing is passed over, and comes a moment later', async () => {
    const [busy, free] = [await fundedCustomer(10n), await fundedCustomer(10n)]
    await drawn(busy, 1n)
    await drawn(free, 1n)
    const client = await world.database.owner.connect()
    await client.query('BEGIN')
    await client.query('SELECT FROM ledger_head WHERE customer_id = $1 FOR UPDATE', [busy.slice(4)])
    expect(await settleAll(world.settlement, settlePlan(world.clock))).toBe(1)
    await client.query('ROLLBACK')
    client.release()
    world.clock.advance(50)
    expect(await settleAll(world.settlement, settlePlan(world.clock))).toBe(1)
    expect((await ledgerOf(world, busy)).charges).toHaveLength(1)
  })

  test('a settler that dies in its transaction leaves its notes to the next', async () => {
    const customer = await fundedCustomer(10n)
    await drawn(customer, 1n)
    const planner = settlePlan(world.clock)
    const dying = world.settlement.settleDue({ maxNotes: 9, maxEventsPerCustomer: 9 }, (backlog) => {
      throw new Error(`dies over ${backlog.events.length}`)
    })
    await expect(dying).rejects.toThrow('dies over 1')
    expect(await settleAll(world.settlement, planner)).toBe(1)
  })

  test('an event that cannot be read dies alone, with what its columns say', async () => {
    const [sick, healthy] = [await fundedCustomer(10n), await fundedCustomer(10n)]
    await drawn(sick, 3n)
    await drawn(healthy, 2n)
    await world.database.owner.query(`UPDATE usage_event SET lines = '[broken' WHERE customer_id = $1`, [sick.slice(4)])
    let settled = 0
    for (let attempt = 0; attempt < 5; attempt += 1) {
      settled += await settleAll(world.settlement, settlePlan(world.clock))
      world.clock.advance(60_000)
    }
    expect(settled).toBe(1)
    expect(await world.settlement.deadLetters(5)).toMatchObject([
      { event: { customer: sick, cost: 3n, lines: [] }, reason: expect.stringContaining('unreadable'), attempts: 5 },
    ])
  })

  test('events are found in their day’s partition, in the rest, and from a node whose clock ran ahead', async () => {
    const customer = await customerIn(world)
    const idAt = (atMs: number) => `use_${atMs.toString(16).padStart(12, '0')}7${nextId('use').slice(-19)}`
    const days = [AT, AT + 40 * 86_400_000, AT + 2_000]
    await world.maintenance.ensurePartitions(AT)
    const lines = [{ kind: 'window', source: 'week', amount: 5n }] as const
    for (const atMs of days)
      await use(world, customer, (state) => [{ ...usageEventOf(state, 5n), lines, id: idAt(atMs) }])
    expect(await settleAll(world.settlement, settlePlan(world.clock))).toBe(3)
    const { monetized, events } = await ledgerOf(world, customer)
    expect(monetized.map(({ usageEvent }) => usageEvent)).toEqual(events.map(({ id }) => id))
  })
})
