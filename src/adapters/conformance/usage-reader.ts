import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UsageEvent, UsageLine } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { USAGE_DIMENSIONS, type UsageDimension, type UsageFilter } from '../../core/usage/dimensions.ts'
import { UsageCount } from '../../core/usage/count.ts'
import { AT, draw, nextId, usageEventOf } from './sample.ts'
import { settleAll, settlePlan } from './settle-plan.ts'
import { customerIn, fund, use, type World } from './world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Its days begin on the quarter of an hour, and within the buckets. */
const ZONE = 'Asia/Kathmandu'
/** Some buckets are shorter than a day, some are whole days of the zone, some hold days with cut ones around them. */
const EDGES = [-62, -50, -24, -12, 0, 24, 31].map((hours) => AT + hours * HOUR)
const PERIODS = [EDGES[0], EDGES[3], EDGES[6]].map((at) => at ?? 0)

const line = fc.oneof(
  fc.record({
    kind: fc.constant('window' as const),
    source: fc.constantFrom('week', 'credits'),
    amount: fc.bigInt(0n, 9n),
  }),
  fc.record({
    kind: fc.constant('grant' as const),
    layer: fc.constantFrom('credits' as const, 'promotion' as const),
    source: fc.constant(`grt_${'1'.repeat(32)}`),
    amount: fc.bigInt(0n, 9n),
  }),
  fc.record({ kind: fc.constantFrom('absorbed' as const, 'debt' as const), amount: fc.bigInt(1n, 2n ** 60n) }),
)
const drafts = fc.array(
  fc.record({
    feature: fc.constantFrom('chat', 'video'),
    subject: fc.constantFrom(null, 'member-a', "key'b"),
    task: fc.constantFrom(null, 't1'),
    attributes: fc.constantFrom({}, { model: 'large' }, { model: 'a"b', tier: 'large' }, { size: 'model' }),
    lines: fc.array(line, { maxLength: 3 }) as fc.Arbitrary<UsageLine[]>,
    hoursAgo: fc.integer({ min: -30, max: 70 }),
  }),
  { minLength: 1, maxLength: 40 },
)
type Draft = Pick<UsageEvent, 'feature' | 'subject' | 'task' | 'attributes' | 'lines'> & { readonly hoursAgo: number }

const FILTERS: readonly UsageFilter[] = [
  {},
  { feature: 'chat' },
  { subject: '' },
  { subject: "key'b", model: 'large' },
  { model: 'a"b' },
  { task: 't1', layer: 'included' },
  { layer: 'credits' },
  { layer: '' },
  { layer: 'nonsense' },
  { outcome: 'reported' },
  { outcome: 'denied' },
]

const sorted = <T extends object>(rows: readonly T[]): string[] =>
  rows.map((row) => Object.values(row).map(String).join('|')).toSorted()

/** What every adapter of the usage explorer must do. `open` gives a world with an empty database. */
export function usageReaderConformance(open: () => Promise<World>): void {
  let world: World
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  const record = (customer: CustomerId, made: readonly Draft[]): Promise<readonly UsageEvent[]> =>
    use(world, customer, (state) =>
      made.map(({ hoursAgo, ...draft }, index) => ({
        ...usageEventOf(state, 0n),
        ...draft,
        cost: draft.lines.reduce((sum, { amount }) => sum + amount, 0n),
        version: state.version + index,
        effectiveAtMs: AT - hoursAgo * HOUR - 1,
      })),
    )
  const rolled = async (customer: CustomerId, limit: number): Promise<number> => {
    let [all, rounds] = [0, 0]
    for (; rounds < 100; rounds += 1) {
      const { added, more } = await world.usage.rollUp({ customer, zone: ZONE, limit })
      all += added
      if (!more) return all
    }
    throw new Error('rolls up without end')
  }
  const sums = (customer: CustomerId, by: UsageDimension | null, filter: UsageFilter, most = 100) =>
    world.usage.sums({ customer, zone: ZONE, filter, by, most, edgesMs: EDGES, periodEdgesMs: PERIODS })
  const allRows = async (customer: CustomerId, filter: UsageFilter) => {
    const items = []
    let before: number | null = null
    for (let page = 0; page < 100; page += 1) {
      const range = { fromMs: EDGES[0] ?? 0, toMs: EDGES.at(-1) ?? 0 }
      const found = await world.usage.rows({ customer, filter, ...range, before, limit: 7 })
      items.push(...found.items)
      before = found.next
      if (before === null) return items
    }
    throw new Error('more than 100 pages')
  }

  test('rollup and rest agree with a recount of the events, whatever was rolled up, grouped and filtered', async () => {
    await fc.assert(
      fc.asyncProperty(drafts, drafts, fc.integer({ min: 1, max: 50 }), async (early, late, limit) => {
        const customer = await customerIn(world)
        const events = [...(await record(customer, early))]
        await world.usage.rollUp({ customer, zone: ZONE, limit })
        events.push(...(await record(customer, late)))
        for (const by of [null, ...USAGE_DIMENSIONS]) {
          const most = 1 + (limit % 3)
          const filter = FILTERS[(limit + (by?.length ?? 0)) % FILTERS.length] ?? {}
          const recount = new UsageCount({ by, filter, most, edgesMs: EDGES, periodEdgesMs: PERIODS })
          for (const event of events) recount.add({ event, outcome: 'reported' })
          const found = await sums(customer, by, filter, most)
          expect(sorted(found.sums)).toEqual(sorted(recount.result().sums))
          expect(sorted(found.kinds)).toEqual(sorted(recount.result().kinds))
        }
      }),
      { numRuns: 12 },
    )
  }, 120_000)

  test('rows are those that the sums count, newest first, under every filter', async () => {
    await fc.assert(
      fc.asyncProperty(drafts, async (made) => {
        const customer = await customerIn(world)
        await record(customer, made)
        await rolled(customer, 5)
        for (const filter of FILTERS) {
          const rows = await allRows(customer, filter)
          const { sums: counted } = await sums(customer, null, filter)
          expect(rows.reduce((sum, { cost }) => sum + cost, 0n)).toBe(counted.reduce((sum, { cost }) => sum + cost, 0n))
          expect(BigInt(rows.length)).toBe(counted.reduce((sum, { events }) => sum + events, 0n))
          const versions = rows.map(({ event }) => event.version)
          expect(versions).toEqual(versions.toSorted((a, b) => b - a))
        }
      }),
      { numRuns: 6 },
    )
  }, 120_000)

  describe('rolling up', () => {
    test('takes each event once, of several who roll up at the same time', async () => {
      const customer = await customerIn(world)
      const made = Array.from({ length: 30 }, (_, hoursAgo) => ({
        feature: 'chat',
        subject: null,
        task: null,
        attributes: {},
        hoursAgo,
        lines: [{ kind: 'debt' as const, amount: 3n }],
      }))
      await record(customer, made)
      const both = await Promise.all([rolled(customer, 4), rolled(customer, 7), rolled(customer, 40)])
      await rolled(customer, 50)
      const { sums: counted } = await sums(customer, 'layer', {})
      expect(both.reduce((sum, added) => sum + added, 0)).toBeLessThanOrEqual(30)
      expect(counted.reduce((sum, { events }) => sum + events, 0n)).toBe(30n)
      expect(counted.reduce((sum, { cost }) => sum + cost, 0n)).toBe(90n)
      expect(await rolled(customer, 50)).toBe(0)
    })

    test('with days of another zone takes nothing away and counts nothing twice', async () => {
      await fc.assert(
        fc.asyncProperty(drafts, fc.integer({ min: 1, max: 50 }), async (made, limit) => {
          const customer = await customerIn(world)
          const events = await record(customer, made)
          await rolled(customer, limit)
          const recount = new UsageCount({ by: 'task', filter: {}, most: 5, edgesMs: EDGES, periodEdgesMs: PERIODS })
          for (const event of events) recount.add({ event, outcome: 'reported' })
          const expected = sorted(recount.result().sums)
          const zone = 'America/New_York'
          const count = async () => {
            const edges = { edgesMs: EDGES, periodEdgesMs: PERIODS }
            return sorted((await world.usage.sums({ customer, zone, filter: {}, by: 'task', most: 5, ...edges })).sums)
          }
          expect(await count()).toEqual(expected)
          for (let round = 0; round < 100; round += 1) {
            const { more } = await world.usage.rollUp({ customer, zone, limit })
            expect(await count()).toEqual(expected)
            if (!more) break
          }
          expect((await world.usage.rollUp({ customer, zone, limit })).added).toBe(0)
        }),
        { numRuns: 6 },
      )
    }, 60_000)

    test('is asked for only where enough is left, for one customer after the other', async () => {
      const customer = await customerIn(world)
      await fund(world, customer, 100n)
      await world.customers.transact(customer, draw(nextId('key'), 1n))
      await settleAll(world.settlement, settlePlan(world.clock))
      const least = async (versions: number): Promise<boolean> => {
        let after: CustomerId | null = null
        for (let page = 0; page < 500; page += 1) {
          const found = await world.usage.behind({ after, limit: 3, least: versions })
          if (found.customers.includes(customer)) return true
          after = found.next
          if (after === null) return false
        }
        throw new Error('walks without end')
      }
      expect(await least(2)).toBe(true)
      expect(await least(1_000)).toBe(false)
      await rolled(customer, 10)
      expect(await least(1)).toBe(false)
    })
  })

  test('outcomes come from the decision; denials are counted apart, with those alike', async () => {
    const customer = await customerIn(world)
    await fund(world, customer, 100n)
    const reply = async (amount: bigint) => {
      const result = await world.customers.transact(customer, draw(nextId('key'), amount))
      return result.kind === 'done' ? String(JSON.parse(result.reply.body).id) : ''
    }
    await reply(1n)
    const denied = await reply(500n)
    await reply(600n)
    await world.readers.tally([{ decision: denied, customer, count: 4, lastAtMs: AT }])
    const edgesMs = [AT - DAY, AT + DAY]
    const count = (filter: UsageFilter) => world.usage.denials({ customer, edgesMs, by: 'feature', filter })
    expect(await count({})).toEqual({ sums: [{ bucket: 0, value: 'chat', denials: 6n }], cut: false })
    expect(await count({ feature: 'video' })).toEqual({ sums: [], cut: false })
    expect(await count({ subject: '' })).toMatchObject({ sums: [{ denials: 6n }] })
  })

  test('values are those that there are, of this customer and range alone', async () => {
    const [customer, other] = [await customerIn(world), await customerIn(world)]
    const draft = { feature: 'chat', subject: 'member-a', task: null, attributes: { model: 'large' }, hoursAgo: 1 }
    await record(customer, [
      { ...draft, lines: [{ kind: 'debt', amount: 1n }] },
      { ...draft, feature: 'video', lines: [], hoursAgo: 2 },
    ])
    await rolled(customer, 1)
    await record(customer, [{ ...draft, lines: [] }])
    await record(other, [{ ...draft, feature: 'secret', lines: [] }])
    expect(await world.usage.values({ customer, zone: ZONE, fromMs: AT - DAY, toMs: AT })).toEqual({
      feature: ['chat', 'video'],
      subject: ['member-a'],
      task: [''],
      model: ['large'],
      layer: ['', 'debt'],
      outcome: ['reported'],
    })
    expect((await world.usage.values({ customer, zone: ZONE, fromMs: AT, toMs: AT + DAY })).feature).toEqual([])
  })
}
