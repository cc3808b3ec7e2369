import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_POLICY } from '../../tests/api/policy.ts'
import { type EngineWorld, openEngineWorld } from '../../tests/engine-world.ts'
import type { CustomerId } from '../core/shared/ids.ts'
import { createCustomer } from '../services/customer/create.ts'
import { updateCustomer } from '../services/customer/update.ts'
import { decideAccess } from '../services/decision/decide.ts'
import type { Engine } from '../services/engine.ts'
import { settleBatch } from '../services/settlement/settle.ts'
import { LEAST, type UsageRollups, usageRollups } from './rollup-jobs.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const MANY = LEAST + 40

let world: EngineWorld
let nodes: readonly { readonly engine: Engine; readonly rollups: UsageRollups }[]
beforeAll(async () => {
  world = await openEngineWorld(TEST_POLICY, AT)
  nodes = [world.engine, await world.another()].map((engine) => ({ engine, rollups: usageRollups() }))
})
afterAll(() => world.close())

async function newCustomer(): Promise<CustomerId> {
  const made = await createCustomer(world.engine, {
    externalId: null,
    name: 'House',
    kind: 'organization',
    tier: 'small',
    timeZone: 'UTC',
    consent: 'off',
    actor: { kind: 'system', job: 'test' },
  })
  if (made.kind !== 'created') throw new Error(made.kind)
  return made.customer
}

/** Used and settled; every node hears of it. */
async function use(customer: CustomerId, times: number): Promise<void> {
  const asked = {
    subject: null,
    task: null,
    feature: 'work',
    attributes: {},
    price: { kind: 'cost', cost: 0n },
  } as const
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const request = { ...bounds, ...asked, customer }
  const once = () => decideAccess(world.engine, { request, consent: null, idempotencyKey: crypto.randomUUID() })
  await Promise.all(Array.from({ length: times }, once))
  for (let events = 1; events > 0; ) {
    const bounds = { maxNotes: 256, maxEventsPerCustomer: 100 }
    const batch = await settleBatch(world.engine, bounds, (head) => {
      for (const { rollups } of nodes) rollups.note(head)
    })
    events = batch.events
  }
}

const rolledUp = async (customer: CustomerId): Promise<number> => {
  const { rows } = await world.owner.query<{ events: string | null }>(
    `SELECT sum(events) AS events FROM usage_rollup WHERE customer_id = $1 AND grain = 0`,
    [customer.replace('cus_', '')],
  )
  return Number(rows[0]?.events ?? 0)
}
const shown = async (customer: CustomerId): Promise<bigint> => {
  const edgesMs = [AT - DAY, AT + DAY]
  const range = { customer, zone: 'UTC', by: null, filter: {}, most: 1, edgesMs, periodEdgesMs: edgesMs }
  return (await world.engine.usage.sums(range)).sums.reduce((sum, { events }) => sum + events, 0n)
}
const all = (job: 'add' | 'sweep') => Promise.all(nodes.map(({ engine, rollups }) => rollups[job](engine, 100)))

test('several nodes that add what they heard of add each event once', async () => {
  const customer = await newCustomer()
  await use(customer, 1)
  await use(customer, MANY)
  await all('add')
  await all('add')
  expect(await rolledUp(customer)).toBeGreaterThanOrEqual(LEAST)
  expect(await rolledUp(customer)).toBeLessThanOrEqual(MANY + 1)
  expect(await shown(customer)).toBe(BigInt(MANY + 1))
})

test('a sweep finds what nobody heard of, and leaves alone those with little', async () => {
  const [busy, quiet] = [await newCustomer(), await newCustomer()]
  await use(busy, MANY)
  await use(quiet, 3)
  nodes = nodes.map(({ engine }) => ({ engine, rollups: usageRollups() }))
  expect((await all('add')).map(({ due }) => due)).toEqual([0, 0])
  await all('sweep')
  expect([await rolledUp(busy), await rolledUp(quiet)]).toEqual([MANY, 0])
  expect([await shown(busy), await shown(quiet)]).toEqual([BigInt(MANY), 3n])
  await all('sweep')
  expect(await rolledUp(busy)).toBe(MANY)
})

test('what fails for one customer is told, and the next one has its turn', async () => {
  const [first, second] = [await newCustomer(), await newCustomer()].toSorted()
  await use(first ?? '', MANY)
  await use(second ?? '', MANY)
  const usage = {
    ...world.engine.usage,
    rollUp: (query: Parameters<Engine['usage']['rollUp']>[0]) =>
      query.customer === first ? Promise.reject(new Error('away')) : world.engine.usage.rollUp(query),
  }
  const swept = await usageRollups().sweep({ readers: world.engine.readers, usage }, 100)
  expect(swept.faults).toMatchObject([{ message: 'away' }])
  expect(await rolledUp(second ?? '')).toBe(MANY)
})

test('sums follow the customer into another zone', async () => {
  const customer = await newCustomer()
  await use(customer, MANY)
  await all('sweep')
  const actor = { kind: 'system', job: 'test' } as const
  const change = { timeZone: 'Asia/Kathmandu' }
  await updateCustomer(world.engine, { customer, change, reason: null, actor, idempotencyKey: null })
  await use(customer, LEAST)
  await all('sweep')
  const { rows } = await world.owner.query(`SELECT zone FROM usage_rollup_head WHERE customer_id = $1`, [
    customer.replace('cus_', ''),
  ])
  expect(rows).toEqual([{ zone: 'Asia/Kathmandu' }])
  expect(await rolledUp(customer)).toBe(MANY + LEAST)
  expect(await shown(customer)).toBe(BigInt(MANY + LEAST))
})
