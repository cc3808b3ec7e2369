import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CustomerId } from '../../core/shared/ids.ts'
import { BadCursor, type Page } from '../../ports/readers.ts'
import { AT, bumped, commit, decisionOf, draw, holdOf, nextId, replyOf, usageEventOf } from './sample.ts'
import { settleAll, settlePlan } from './settle-plan.ts'
import { customerIn, fund, use, type World } from './world.ts'

/** What every adapter's readers must do. `open` gives a world with an empty database. */
export function readersConformance(open: () => Promise<World>): void {
  let world: World
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  const drawn = async (customer: CustomerId, ...amounts: bigint[]) => {
    const bodies: { id: string }[] = []
    for (const amount of amounts) {
      const result = await world.customers.transact(customer, draw(nextId('key'), amount))
      if (result.kind !== 'done') throw new Error(result.kind)
      bodies.push(JSON.parse(result.reply.body))
    }
    return bodies.map(({ id }) => id)
  }
  /** A customer with 100 granted, four draws (two of them denied), settled. */
  const usedCustomer = async () => {
    const customer = await customerIn(world)
    const grant = await fund(world, customer, 100n)
    const decisions = await drawn(customer, 1n, 500n, 3n, 600n)
    await settleAll(world.settlement, settlePlan(world.clock))
    return { customer, grant, decisions }
  }
  const allPages = async <T>(read: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> => {
    const items: T[] = []
    let cursor: string | null = null
    for (let page = 0; page < 50; page += 1) {
      const next: Page<T> = await read(cursor)
      items.push(...next.items)
      cursor = next.nextCursor
      if (cursor === null) return items
    }
    throw new Error('more than 50 pages')
  }

  describe('a customer', () => {
    test('is read with state, ledger and holds of one instant', async () => {
      const { customer, grant } = await usedCustomer()
      const view = await world.readers.customer(customer)
      expect(view?.customer).toEqual({ id: customer, externalId: null, name: 'Ada', kind: 'person', createdAtMs: AT })
      expect(view?.state.grants).toMatchObject([{ available: 96n }])
      expect(view?.grants).toEqual([{ ...grant, balance: 96n, spent: 4n }])
      expect(view?.head).toMatchObject({ customer, seq: 3, settledVersion: view?.state.version })
      expect(view).toMatchObject({ openHolds: [], openHoldsTotal: 0 })
    })

    test('shows the soonest 200 holds and counts them all', async () => {
      const customer = await customerIn(world)
      const holds = Array.from({ length: 203 }, (_, index) => holdOf(customer, { expiresAtMs: AT + 10_000 - index }))
      await world.customers.transact(customer, {
        idempotency: null,
        needs: {},
        plan: ({ state }) =>
          commit({ state: { ...bumped(state), openHolds: 203, nextHoldExpiryMs: AT }, holds }, replyOf('placed')),
      })
      const view = await world.readers.customer(customer)
      expect(view?.openHoldsTotal).toBe(203)
      expect(view?.openHolds).toEqual(holds.toReversed().slice(0, 200))
      const [hold] = holds
      expect(await world.readers.hold(hold?.id ?? '')).toEqual(hold)
    })

    test.each(['', 'nobody', `cus_${'0'.repeat(32)}`, `dec_${'0'.repeat(32)}`, `cus_${'0'.repeat(31)}G`, "cus_';--"])(
      '"%s" is none, in no list',
      async (id) => {
        const page = { customer: id, cursor: null, limit: 10 }
        const nothing = { items: [], nextCursor: null }
        expect(await world.readers.customer(id)).toBeNull()
        expect(await world.readers.decision(id)).toBeNull()
        expect(await world.readers.hold(id)).toBeNull()
        expect(await world.readers.grant(id)).toBeNull()
        expect(await world.readers.decisions(page)).toEqual(nothing)
        expect(await world.readers.usageEvents(page)).toEqual(nothing)
        expect(await world.readers.monetizationEvents(page)).toEqual(nothing)
        expect(await world.readers.balanceUpdates(page)).toEqual(nothing)
      },
    )
  })

  describe('customers', () => {
    test('are listed newest first with their tier, page by page', async () => {
      const made = [await customerIn(world), await customerIn(world), await customerIn(world)]
      const listed = await allPages((cursor) => world.readers.customers({ cursor, limit: 2, search: null }))
      expect(listed.slice(0, 3).map(({ id }) => id)).toEqual(made.toReversed())
      expect(listed[0]).toMatchObject({ name: 'Ada', tier: 'plus' })
    })

    test('are found by id, or by part of name or external id, in any case and literally', async () => {
      const customer = await customerIn(world, { externalId: 'Org-50%_x', name: 'Grace \\ Hopper' })
      const search = async (text: string) =>
        (await world.readers.customers({ cursor: null, limit: 10, search: text })).items.map(({ id }) => id)
      for (const hit of [customer, 'Org-50%_x', 'org-50%', 'hopper', 'e \\ H'])
        expect(await search(hit)).toEqual([customer])
      for (const miss of ['org-50_', '%hopper', 'grace_', 'nobody at all']) expect(await search(miss)).toEqual([])
    })
  })

  describe('decisions', () => {
    test('are read whole, with the answer byte for byte', async () => {
      const { customer, decisions } = await usedCustomer()
      const stored = await world.readers.decision(decisions[1] ?? '')
      expect(stored).toMatchObject({
        decision: { id: decisions[1], customer, outcome: 'denied', cost: 500n },
        status: 402,
        coalesced: 0,
        recordedAtMs: AT,
      })
      expect(stored?.answer).toBe(JSON.stringify({ outcome: 'denied', id: decisions[1] }))
      expect(stored?.seen.state.grants[0]?.available).toBe(99n)
      expect(stored?.request.price).toEqual({ kind: 'cost', cost: 500n })
    })

    test('are listed newest first, by outcome when asked', async () => {
      const { customer, decisions } = await usedCustomer()
      const listed = async (outcome?: 'allowed' | 'denied') =>
        (
          await allPages((cursor) =>
            world.readers.decisions({ customer, cursor, limit: 1, ...(outcome && { outcome }) }),
          )
        ).map(({ decision }) => decision.id)
      expect(await listed()).toEqual(decisions.toReversed())
      expect(await listed('denied')).toEqual([decisions[3], decisions[1]])
      expect(await listed('allowed')).toEqual([decisions[2], decisions[0]])
    })

    test('are listed from an instant backwards, page by page', async () => {
      const { customer, decisions } = await usedCustomer()
      const madeMs = (id: string | undefined) => Number.parseInt((id ?? '').slice(4, 16), 16)
      const before = async (beforeMs: number) =>
        (await allPages((cursor) => world.readers.decisions({ customer, cursor, limit: 1, beforeMs }))).map(
          ({ decision }) => decision.id,
        )
      const after = madeMs(decisions.at(-1)) + 1
      expect(await before(after)).toEqual(decisions.toReversed())
      const third = madeMs(decisions[2])
      expect(await before(third)).toEqual(decisions.filter((id) => madeMs(id) < third).toReversed())
      expect(await before(0)).toEqual([])
    })

    test('a cursor survives what is written after it', async () => {
      const { customer, decisions } = await usedCustomer()
      const first = await world.readers.decisions({ customer, cursor: null, limit: 2 })
      await drawn(customer, 1n, 1n)
      const next = await world.readers.decisions({ customer, cursor: first.nextCursor, limit: 10 })
      expect(next.items.map(({ decision }) => decision.id)).toEqual([decisions[1], decisions[0]])
    })

    test('count the denials that were coalesced onto them, added up however they come', async () => {
      const { customer, decisions } = await usedCustomer()
      const denied = { decision: decisions[1] ?? '', customer, lastAtMs: AT }
      await world.readers.tally([])
      await world.readers.tally([
        { ...denied, count: 3 },
        { ...denied, count: 4 },
      ])
      await Promise.all([1, 2, 3].map((count) => world.readers.tally([{ ...denied, count }])))
      expect((await world.readers.decision(denied.decision))?.coalesced).toBe(13)
      const listed = await world.readers.decisions({ customer, cursor: null, limit: 10, outcome: 'denied' })
      expect(listed.items.map(({ coalesced }) => coalesced)).toEqual([0, 13])
    })
  })

  describe('the three datasets', () => {
    test('are listed newest first and linked by id', async () => {
      const { customer, grant } = await usedCustomer()
      const page = (cursor: string | null) => ({ customer, cursor, limit: 1 })
      const usage = await allPages((cursor) => world.readers.usageEvents(page(cursor)))
      const monetized = await allPages((cursor) => world.readers.monetizationEvents(page(cursor)))
      const updates = await allPages((cursor) => world.readers.balanceUpdates(page(cursor)))
      expect(usage.map(({ cost }) => cost)).toEqual([3n, 1n])
      expect(monetized.map(({ usageEvent }) => usageEvent)).toEqual(usage.map(({ id }) => id))
      expect(updates.map(({ seq, delta }) => [seq, delta])).toEqual([
        [3, -3n],
        [2, -1n],
        [1, 100n],
      ])
      expect(updates[0]?.cause).toEqual({ kind: 'charge', monetizationEvent: monetized[0]?.id })
      expect(updates[2]?.cause).toEqual({ kind: 'grant' })
      expect(await world.readers.grant(grant.id)).toEqual({ ...grant, balance: 96n, spent: 4n })
    })

    test('are narrowed to one event, one grant, one decision', async () => {
      const customer = await customerIn(world)
      const [first, second] = [await fund(world, customer, 10n), await fund(world, customer, 20n)]
      let decision = ''
      const [own] = await use(world, customer, (state) => {
        decision = nextId('dec')
        return [
          { ...usageEventOf(state, 1n), decision },
          { ...usageEventOf(state, 2n), version: state.version + 1 },
        ]
      })
      // The decision itself, so that its events can be looked for in its days.
      await world.customers.transact(customer, {
        idempotency: { operation: 'decisions', key: nextId('key'), fingerprint: '0'.repeat(32) },
        needs: {},
        plan(snapshot) {
          const record = decisionOf(snapshot, 'denied', 1n)
          const stored = { ...record, decision: { ...record.decision, id: decision, stateVersion: 1 } }
          return commit({ state: null }, replyOf('stored'), { decision: stored })
        },
      })
      await settleAll(world.settlement, settlePlan(world.clock))
      const page = { customer, cursor: null, limit: 10 }
      expect((await world.readers.usageEvents({ ...page, decision })).items).toEqual([own])
      expect((await world.readers.usageEvents({ ...page, id: own?.id ?? '' })).items).toEqual([own])
      expect((await world.readers.usageEvents({ ...page, decision: nextId('dec') })).items).toEqual([])
      expect((await world.readers.monetizationEvents({ ...page, usageEvent: own?.id ?? '' })).items).toMatchObject([
        { cost: 1n },
      ])
      expect((await world.readers.balanceUpdates({ ...page, grant: second.id })).items).toMatchObject([{ delta: 20n }])
      expect(
        (await world.readers.balanceUpdates({ ...page, grant: first.id })).items.map(({ delta }) => delta),
      ).toEqual([-2n, -1n, 10n])
    })

    test('hold nothing of another customer', async () => {
      const [mine, other] = [await usedCustomer(), await usedCustomer()]
      const [event] = (await world.readers.usageEvents({ customer: other.customer, cursor: null, limit: 1 })).items
      const page = { customer: mine.customer, cursor: null, limit: 500 }
      expect((await world.readers.usageEvents({ ...page, id: event?.id ?? '' })).items).toEqual([])
      expect((await world.readers.usageEvents({ ...page, decision: other.decisions[0] ?? '' })).items).toEqual([])
      expect((await world.readers.monetizationEvents({ ...page, usageEvent: event?.id ?? '' })).items).toEqual([])
      expect((await world.readers.balanceUpdates({ ...page, grant: other.grant.id })).items).toEqual([])
      expect(
        (await world.readers.decisions(page)).items.every(({ decision }) => decision.customer === mine.customer),
      ).toBe(true)
    })
  })

  describe('a cursor', () => {
    const lists: [string, (customer: string, cursor: string) => Promise<unknown>][] = [
      ['customers', (_, cursor) => world.readers.customers({ cursor, limit: 1, search: null })],
      ['decisions', (customer, cursor) => world.readers.decisions({ customer, cursor, limit: 1 })],
      ['usage events', (customer, cursor) => world.readers.usageEvents({ customer, cursor, limit: 1 })],
      ['monetization events', (customer, cursor) => world.readers.monetizationEvents({ customer, cursor, limit: 1 })],
      ['balance updates', (customer, cursor) => world.readers.balanceUpdates({ customer, cursor, limit: 1 })],
    ]
    const bad = [
      '',
      'x',
      'decisions',
      'decisions.',
      'decisions.dec_1',
      `other.dec_${'0'.repeat(32)}`,
      'balance-updates.-1',
      'balance-updates.1e9',
      'usage-events.99999999999999999999',
      "' OR 1=1",
    ]
    test.each(lists)('of %s that is none is a typed error', async (_, read) => {
      const customer = await customerIn(world)
      for (const cursor of bad) await expect(read(customer, cursor)).rejects.toBeInstanceOf(BadCursor)
    })
  })

  test.each([
    { limit: 0, items: 1 },
    { limit: -5, items: 1 },
    { limit: Number.NaN, items: 1 },
    { limit: 2.7, items: 2 },
    { limit: 1e9, items: 4 },
  ])('a limit of $limit gives $items of 4', async ({ limit, items }) => {
    const { customer } = await usedCustomer()
    expect((await world.readers.decisions({ customer, cursor: null, limit })).items).toHaveLength(items)
  })
}
