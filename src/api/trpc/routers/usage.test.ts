import { beforeEach, expect, test } from 'vitest'
import { type Caller, type IdentityWorld, identityWorld, outcomeOf } from '../../../../tests/identity-world.ts'
import { recordUsage } from '../../../services/usage/record.ts'

const DAY = 86_400_000

let world: IdentityWorld
let owner: Caller
let house: string
beforeEach(async () => {
  world = await identityWorld()
  house = await world.customer('House')
  await signIn()
})

/** Anew after days have passed: a session does not last that long. */
async function signIn(): Promise<void> {
  const ada = await world.person('ada@example.com', { memberships: [{ customer: house, role: 'owner' }] })
  owner = world.as(await world.session(ada))
}

interface Used {
  readonly daysAgo: number
  readonly cost: bigint
  readonly feature?: string
  readonly subject?: string
  readonly model?: string
}

/** Told as it happens, oldest first; the clock then stands at the end of it all. */
async function used(...all: readonly Used[]): Promise<void> {
  const nowMs = world.clock.nowMs() + 10 * DAY
  for (const { daysAgo, cost, feature = 'work', subject = null, model } of all) {
    world.clock.advance(nowMs - daysAgo * DAY - world.clock.nowMs())
    const outcome = await recordUsage(world.engine, {
      customer: house,
      subject,
      feature,
      source: 'test',
      eventId: crypto.randomUUID(),
      effectiveAtMs: null,
      price: { kind: 'cost', cost },
      attributes: model === undefined ? {} : { model },
    })
    if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  }
  world.clock.advance(nowMs - world.clock.nowMs())
  await signIn()
}

const sums = (more: Partial<Parameters<Caller['usage']['sums']>[0]> = {}) =>
  owner.usage.sums({ range: '7d', by: 'feature', compare: 'before', filter: {}, ...more })
const rows = (more: Partial<Parameters<Caller['usage']['rows']>[0]> = {}) =>
  owner.usage.rows({ range: '7d', filter: {}, ...more })

test('usage is summed by day and value beside the range before, with the reason of the change', async () => {
  await used(
    { daysAgo: 9, cost: 10n },
    { daysAgo: 3, cost: 10n },
    { daysAgo: 3, cost: 10n },
    { daysAgo: 0, cost: 7n, feature: 'video' },
  )
  const view = await sums()
  expect(view?.total).toEqual({ events: 3n, cost: 27n })
  expect(view?.before).toEqual({ events: 1n, cost: 10n })
  expect(view?.split).toEqual({ change: 17n, volume: 20n, mix: -3n, price: 0n })
  expect(view?.series.map(({ value, title, events, before }) => [value, title, events, before?.events])).toEqual([
    ['work', 'Work', 2n, 1n],
    ['video', 'Video', 1n, 0n],
  ])
  expect(view?.series[0]?.buckets.map(({ cost }) => cost)).toEqual([0n, 0n, 0n, 20n, 0n, 0n, 0n])
  const alone = await sums({ compare: 'nothing' })
  expect(alone).toMatchObject({ before: null, split: null, total: { events: 3n, cost: 27n } })
})

test('under every filter the rows are what the sums count', async () => {
  await used(
    { daysAgo: 8, cost: 100n },
    { daysAgo: 2, cost: 1n, subject: 'member-a', model: 'large' },
    { daysAgo: 1, cost: 2n, subject: 'member-b', model: 'large' },
    { daysAgo: 1, cost: 400n, subject: 'member-b', feature: 'video' },
  )
  const filters = [
    {},
    { feature: 'work' },
    { subject: 'member-b' },
    { model: '' },
    { layer: 'included' },
    { layer: 'absorbed' },
    { outcome: 'reported' },
    { outcome: 'allowed' },
    { subject: 'member-b', model: 'large' },
  ]
  const told = []
  for (const filter of filters) {
    const [total, page] = [(await sums({ filter }))?.total, await rows({ filter })]
    const items = page?.items ?? []
    expect(
      items.reduce((sum, { cost }) => sum + cost, 0n),
      JSON.stringify(filter),
    ).toBe(total?.cost)
    told.push([items.length, Number(total?.events)])
  }
  expect(told.map(([shown]) => shown)).toEqual(told.map(([, counted]) => counted))
  expect(told.map(([shown]) => shown)).toEqual([3, 2, 2, 1, 3, 1, 3, 0, 1])
})

test('values are named as the policy names them, and another customer’s are never among them', async () => {
  await used({ daysAgo: 1, cost: 1n, subject: 'member-a' })
  const other = await world.customer('Other')
  const ben = await world.person('ben@example.com', { memberships: [{ customer: other, role: 'owner' }] })
  const theirs = world.as(await world.session(ben))
  expect((await owner.usage.values({ range: '7d' }))?.feature).toEqual([{ value: 'work', title: 'Work' }])
  expect((await owner.usage.values({ range: '7d' }))?.task).toEqual([{ value: '', title: 'No task' }])
  expect(await theirs.usage.values({ range: '7d' })).toMatchObject({ feature: [], subject: [] })
  expect((await theirs.usage.rows({ range: '7d', filter: {} }))?.items).toEqual([])
  const range = { range: '7d', by: 'subject', compare: 'before', filter: { subject: 'member-a' } } as const
  expect((await theirs.usage.sums(range))?.series).toEqual([])
})

test('pages of rows go on where the last one ended', async () => {
  await used(...Array.from({ length: 5 }, (_, at) => ({ daysAgo: 5 - at, cost: BigInt(at) })))
  const first = await rows({ limit: 2 })
  const second = await rows({ limit: 2, cursor: first?.next ?? null })
  const third = await rows({ limit: 2, cursor: second?.next ?? null })
  expect([first, second, third].flatMap((page) => page?.items.map(({ cost }) => cost))).toEqual([4n, 3n, 2n, 1n, 0n])
  expect(third?.next).toBeNull()
})

test('what names no days is answered with nothing, and what is no filter is refused', async () => {
  for (const range of ['', 'ever', '2026-02-30..2026-03-01', '2020-01-01..2026-01-01']) {
    expect(await sums({ range })).toBeNull()
    expect(await rows({ range })).toBeNull()
    expect(await owner.usage.values({ range })).toBeNull()
  }
  expect(await outcomeOf(sums({ filter: { customer: 'x' } as never }))).toBe('BAD_REQUEST')
  expect(await outcomeOf(sums({ by: 'customer' as never }))).toBe('BAD_REQUEST')
  expect(await outcomeOf(rows({ limit: 501 }))).toBe('BAD_REQUEST')
})
