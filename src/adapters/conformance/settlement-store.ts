import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyChain, verifyTail } from '../../core/ledger/chain.ts'
import { MAX_ATTEMPTS } from '../../core/settlement/settle.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { sha256 } from '../system/hash.ts'
import { AT, draw, nextId, usageEventOf } from './sample.ts'
import { type Planner, settleAll, settlePlan } from './settle-plan.ts'
import { customerIn, fund, use, type World } from './world.ts'

const BOUNDS = { maxNotes: 100, maxEventsPerCustomer: 100 }

/** Everything a customer's ledger says, oldest first; checks chain and conservation on the way. */
export async function ledgerOf({ readers }: World, customer: CustomerId) {
  const page = { customer, cursor: null, limit: 500 }
  const view = await readers.customer(customer)
  if (view === null) throw new Error('no such customer')
  const events = (await readers.usageEvents(page)).items.toReversed()
  const monetized = (await readers.monetizationEvents(page)).items.toSorted((a, b) => a.version - b.version)
  const updates = (await readers.balanceUpdates(page)).items.toReversed()
  const chain = verifyChain(updates, sha256)
  expect(chain.ok && verifyTail(chain.at, view.head)).toBeNull()
  for (const grant of view.grants) {
    const sum = updates.filter((update) => update.grant === grant.id).reduce((total, { delta }) => total + delta, 0n)
    expect(grant.balance).toBe(sum)
  }
  return { view, events, monetized, updates, charges: updates.filter(({ cause }) => cause.kind === 'charge') }
}

/** What every settlement store must do. `open` gives a world with an empty database. */
export function settlementConformance(open: () => Promise<World>): void {
  let world: World
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  const plan = (): Planner => settlePlan(world.clock)
  const settleOnce = (bounds = BOUNDS, planner = plan()) => world.settlement.settleDue(bounds, planner)
  const fundedCustomer = async (amount: bigint): Promise<CustomerId> => {
    const customer = await customerIn(world)
    await fund(world, customer, amount)
    return customer
  }
  const drawn = async (customer: CustomerId, ...amounts: bigint[]) => {
    for (const amount of amounts) await world.customers.transact(customer, draw(nextId('key'), amount))
  }
  /** A usage event that charges a grant which does not exist. */
  const poison = (customer: CustomerId) =>
    use(world, customer, (state) => [
      {
        ...usageEventOf({ ...state, grants: [] }, 5n),
        lines: [{ kind: 'grant', layer: 'credits', source: nextId('grt'), amount: 5n }],
      },
    ])

  test('with nothing due, nothing happens', async () => {
    expect(await settleOnce()).toEqual({ notes: 0, customers: [], events: 0, oldestRecordedAtMs: null })
    expect(await world.settlement.lag(AT)).toEqual({ dueNotes: 0, oldestMs: null })
    expect(await world.settlement.deadLetters(10)).toEqual([])
  })

  test('usage becomes a monetization event and a balance update, once', async () => {
    const customer = await fundedCustomer(10n)
    await drawn(customer, 4n)
    expect(await world.settlement.lag(AT + 30)).toEqual({ dueNotes: 1, oldestMs: 30 })
    expect(await settleOnce()).toEqual({ notes: 1, customers: [customer], events: 1, oldestRecordedAtMs: AT })
    expect(await settleOnce()).toMatchObject({ notes: 0, events: 0 })

    const { view, events, monetized, charges } = await ledgerOf(world, customer)
    expect(monetized).toMatchObject([{ usageEvent: events[0]?.id, cost: 4n, lines: events[0]?.lines, settledAtMs: AT }])
    expect(charges).toMatchObject([
      { delta: -4n, balanceBefore: 10n, balanceAfter: 6n, cause: { monetizationEvent: monetized[0]?.id } },
    ])
    expect(view.grants).toMatchObject([{ balance: 6n, spent: 4n }])
    expect(view.head.settledVersion).toBe(events[0]?.version)
  })

  test('a backlog longer than the bound is settled in order, batch by batch, with nothing left out', async () => {
    const customer = await fundedCustomer(1_000n)
    await drawn(customer, ...Array.from({ length: 23 }, (_, index) => BigInt(index + 1)))
    const first = await settleOnce({ maxNotes: 100, maxEventsPerCustomer: 7 })
    expect(first.events).toBe(7)
    expect((await ledgerOf(world, customer)).monetized).toHaveLength(7)
    expect(await settleAll(world.settlement, plan(), { maxNotes: 2, maxEventsPerCustomer: 7 })).toBe(16)
    const { charges, events, monetized } = await ledgerOf(world, customer)
    expect(charges.map(({ delta }) => -delta)).toEqual(Array.from({ length: 23 }, (_, index) => BigInt(index + 1)))
    expect(monetized.map(({ usageEvent }) => usageEvent)).toEqual(events.map(({ id }) => id))
  })

  test('a plan that throws leaves everything as it was', async () => {
    const [healthy, other] = [await fundedCustomer(10n), await fundedCustomer(10n)]
    await drawn(healthy, 1n)
    await drawn(other, 1n)
    const planner = plan()
    let plans = 0
    const thrown = settleOnce(BOUNDS, (backlog) => {
      plans += 1
      if (plans === 2) throw new Error('the second plan')
      return planner(backlog)
    })
    await expect(thrown).rejects.toThrow('the second plan')
    expect((await ledgerOf(world, healthy)).monetized).toEqual([])
    expect(await settleAll(world.settlement, plan())).toBe(2)
  })

  describe('poison', () => {
    test('waits longer after each attempt, holds back only its customer, and dies', async () => {
      const [sick, healthy] = [await fundedCustomer(10n), await fundedCustomer(10n)]
      const [event] = await poison(sick)
      await drawn(sick, 3n)
      await drawn(healthy, 2n)

      const pauses = [1_000, 2_000, 4_000, 8_000]
      expect(await settleAll(world.settlement, plan())).toBe(1)
      expect((await ledgerOf(world, healthy)).monetized).toHaveLength(1)
      for (const [index, pause] of pauses.entries()) {
        expect((await ledgerOf(world, sick)).monetized).toEqual([])
        world.clock.advance(pause - 1)
        // New usage does not bring the next attempt nearer.
        await drawn(sick, 1n)
        expect(await settleAll(world.settlement, plan())).toBe(0)
        expect(await world.settlement.deadLetters(10)).toEqual([])
        world.clock.advance(1)
        const last = index === pauses.length - 1
        expect(await settleAll(world.settlement, plan())).toBe(last ? 5 : 0)
      }

      expect(await world.settlement.deadLetters(10)).toEqual([
        {
          event,
          reason: expect.stringContaining('no such grant'),
          attempts: MAX_ATTEMPTS,
          diedAtMs: world.clock.nowMs(),
        },
      ])
      const { charges, view } = await ledgerOf(world, sick)
      expect(charges.map(({ delta }) => delta)).toEqual([-3n, -1n, -1n, -1n, -1n])
      expect(view.head.settledVersion).toBe(view.state.version)
      expect(await world.settlement.lag(world.clock.nowMs())).toEqual({ dueNotes: 0, oldestMs: null })
    })
  })

  describe('a plan that the store refuses', () => {
    const refused: [string, (plan: ReturnType<Planner>) => ReturnType<Planner>][] = [
      [
        'a gap in seq',
        (good) => ({ ...good, updates: good.updates.map((update) => ({ ...update, seq: update.seq - 1 })) }),
      ],
      [
        'a sum that is wrong',
        (good) => ({ ...good, updates: good.updates.map((update) => ({ ...update, balanceAfter: 8n })) }),
      ],
      [
        'a grant that does not add up',
        (good) => ({ ...good, grants: good.grants.map((grant) => ({ ...grant, spent: 1_000n })) }),
      ],
      [
        'an event monetized twice',
        (good) => ({
          ...good,
          monetizationEvents: good.monetizationEvents.flatMap((event) => [event, { ...event, id: nextId('mon') }]),
        }),
      ],
    ]

    test.each(refused)('%s: harms nobody else, and is counted with the reason', async (_, spoil) => {
      const [sick, healthy] = [await fundedCustomer(10n), await fundedCustomer(10n)]
      await drawn(sick, 3n)
      await drawn(healthy, 2n)
      const before = await ledgerOf(world, sick)
      const planner = plan()
      const spoiling: Planner = (backlog) =>
        backlog.customer === sick && backlog.refusals.size === 0 ? spoil(planner(backlog)) : planner(backlog)

      expect((await settleOnce(BOUNDS, spoiling)).customers).toEqual([healthy])
      expect((await ledgerOf(world, healthy)).charges).toHaveLength(1)
      expect(await ledgerOf(world, sick)).toEqual(before)

      const seen: number[] = []
      world.clock.advance(1_000)
      await settleOnce(BOUNDS, (backlog) => {
        seen.push(...backlog.attempts.values())
        return planner(backlog)
      })
      expect(seen).toEqual([1])
      expect((await ledgerOf(world, sick)).charges).toMatchObject([{ delta: -3n }])
    })

    test('one bad event among good ones: those before it settle, those after it wait', async () => {
      const customer = await fundedCustomer(10n)
      await drawn(customer, 1n, 2n, 3n)
      const planner = plan()
      const spoiling: Planner = (backlog) => {
        const good = planner(backlog)
        if (backlog.refusals.size > 0) return good
        return {
          ...good,
          updates: good.updates.map((update) => (update.delta === -2n ? { ...update, balanceAfter: 0n } : update)),
        }
      }
      expect(await settleAll(world.settlement, spoiling)).toBe(1)
      expect((await ledgerOf(world, customer)).charges.map(({ delta }) => delta)).toEqual([-1n])
      world.clock.advance(1_000)
      expect(await settleAll(world.settlement, plan())).toBe(2)
      expect((await ledgerOf(world, customer)).charges.map(({ delta }) => delta)).toEqual([-1n, -2n, -3n])
    })
  })
}
