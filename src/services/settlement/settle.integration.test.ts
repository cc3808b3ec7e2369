import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import { MAX_ATTEMPTS } from '../../core/settlement/settle.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { grantCredits } from '../credit/grant.ts'
import { createCustomer } from '../customer/create.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { verify } from '../verify/verify.ts'
import { type BatchOutcome, settleBatch } from './settle.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const BOUNDS = { maxNotes: 100, maxEventsPerCustomer: 100 }

const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] } },
  rateCard: { rates: [{ meter: 'units', microCredits: '10' }] },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: { plus: { title: 'Plus', priority: 'normal', features: '*', guards: [], windows: [] } },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'absorb' },
}

let world: EngineWorld
beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
})
afterAll(() => world.close())

let serial = 0
const next = (what: string): string => `${what}-${(serial += 1)}`

async function customerWith(credits: bigint): Promise<CustomerId> {
  const actor = { kind: 'system', job: 'test' } as const
  const created = await createCustomer(world.engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier: 'plus',
    timeZone: 'UTC',
    consent: 'on',
    actor,
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  const granted = await grantCredits(world.engine, {
    customer: created.customer,
    kind: 'credits',
    amount: credits,
    priority: 0,
    features: null,
    effectiveAtMs: null,
    expiresAtMs: null,
    source: next('purchase'),
    reason: 'pack',
    actor,
    idempotency: null,
  })
  expect(granted).toMatchObject({ kind: 'done', reply: { status: 201 } })
  return created.customer
}

async function consume(customer: CustomerId, units: number, engine: Engine = world.engine, key = next('key')) {
  const outcome = await decideAccess(engine, {
    request: {
      customer,
      subject: null,
      task: null,
      feature: 'work',
      price: { kind: 'usage', usage: { units } },
      attributes: {},
      mode: { kind: 'consume' },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
    },
    consent: null,
    idempotencyKey: key,
  })
  if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  return outcome.reply.status
}

/** Settles until nothing is due, advancing the clock over back-offs; bounded. */
async function drain(engines: readonly Engine[] = [world.engine]): Promise<BatchOutcome[]> {
  const all: BatchOutcome[] = []
  for (let round = 0; round < 50; round += 1) {
    const batches = await Promise.all(engines.map((engine) => settleBatch(engine, BOUNDS)))
    all.push(...batches)
    if (batches.every((batch) => batch.notes === 0)) {
      const { dueNotes } = await world.engine.settlement.lag(world.clock.nowMs())
      if (dueNotes === 0) return all
      world.clock.advance(60_000)
    }
  }
  throw new Error('settlement does not end')
}

async function ledgerOf(customer: CustomerId) {
  const view = await world.engine.readers.customer(customer)
  const { items: events } = await world.engine.readers.monetizationEvents({ customer, cursor: null, limit: 100 })
  const { items: updates } = await world.engine.readers.balanceUpdates({ customer, cursor: null, limit: 100 })
  return {
    available: view?.state.grants.map((grant) => grant.available),
    balance: view?.grants.map((grant) => grant.balance),
    events: events.length,
    charges: updates.filter((update) => update.cause.kind === 'charge').map((update) => update.delta),
  }
}

test('each consumption is settled once, into one monetization event and one update', async () => {
  const customer = await customerWith(1_000n)
  expect([await consume(customer, 10), await consume(customer, 20)]).toEqual([200, 200])
  expect(await ledgerOf(customer)).toEqual({ available: [700n], balance: [1_000n], events: 0, charges: [] })
  await drain()
  expect(await ledgerOf(customer)).toEqual({ available: [700n], balance: [700n], events: 2, charges: [-200n, -100n] })
  expect((await drain()).reduce((sum, batch) => sum + batch.events, 0)).toBe(0)
})

test('notes that come again, and a settler that dies before its commit, change nothing', async () => {
  const customer = await customerWith(1_000n)
  await consume(customer, 10)
  await consume(customer, 20)
  // Dies in its transaction: the plan was made and nothing of it is there.
  await expect(
    world.engine.settlement.settleDue(BOUNDS, () => {
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
  expect(await ledgerOf(customer)).toMatchObject({ events: 0, charges: [] })
  await drain()
  const settled = await ledgerOf(customer)
  await world.owner.query(`INSERT INTO due_note (customer_ids, first_event_id, recorded_at)
    SELECT ARRAY[customer_id], min(id::text)::uuid, now() FROM usage_event GROUP BY customer_id`)
  await drain()
  expect(await ledgerOf(customer)).toEqual(settled)
})

test('four settlers at once, on two processes, settle everything exactly once while use goes on', async () => {
  const other = await world.another()
  const customers = await Promise.all(Array.from({ length: 6 }, () => customerWith(10_000n)))
  const using = Promise.all(
    customers.flatMap((customer) =>
      Array.from({ length: 12 }, (_, i) => consume(customer, 5, i % 2 === 0 ? world.engine : other)),
    ),
  )
  const settlers = Promise.all(
    [world.engine, world.engine, other, other].map(async (engine) => {
      for (let round = 0; round < 15; round += 1) await settleBatch(engine, { maxNotes: 3, maxEventsPerCustomer: 2 })
    }),
  )
  expect(new Set(await using)).toEqual(new Set([200]))
  await settlers
  await drain([world.engine, other])
  for (const customer of customers) {
    expect(await ledgerOf(customer)).toEqual({
      available: [9_400n],
      balance: [9_400n],
      events: 12,
      charges: Array.from({ length: 12 }, () => -50n),
    })
  }
})

test('at the edge of zero exactly floor(balance / price) are admitted, and the ledger ends at what is left', async () => {
  const other = await world.another()
  const customer = await customerWith(1_035n)
  const statuses = await Promise.all(
    Array.from({ length: 60 }, (_, i) => consume(customer, 10, i % 2 === 0 ? world.engine : other)),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  await drain()
  expect(await ledgerOf(customer)).toMatchObject({ available: [35n], balance: [35n], events: 10 })
})

test('poison is tried again, is a dead letter at its last attempt, and spoils nobody else', async () => {
  const [poisoned, healthy] = [await customerWith(1_000n), await customerWith(1_000n)]
  await consume(poisoned, 10)
  await consume(poisoned, 20)
  await consume(healthy, 30)
  const [{ id }] = (
    await world.owner.query<{ id: string }>(
      `UPDATE usage_event SET cost = cost + 1 WHERE customer_id = $1 AND version = (SELECT min(version) FROM usage_event WHERE customer_id = $1) RETURNING id`,
      [poisoned.slice(4)],
    )
  ).rows as [{ id: string }]
  const batches = await drain()
  expect(batches.reduce((sum, batch) => sum + batch.failures, 0)).toBe(MAX_ATTEMPTS)
  expect(batches.reduce((sum, batch) => sum + batch.dead, 0)).toBe(1)
  expect(await world.engine.settlement.deadLetters(10)).toMatchObject([
    {
      event: { id: `use_${id.replaceAll('-', '')}` },
      attempts: MAX_ATTEMPTS,
      reason: "cost 101 is not the rate card's 100",
    },
  ])
  // The dead event's value stays pending: it was taken by the gate and is charged by nobody.
  expect(await ledgerOf(poisoned)).toEqual({ available: [700n], balance: [800n], events: 1, charges: [-200n] })
  expect(await ledgerOf(healthy)).toMatchObject({ balance: [700n] })
  await world.owner.query('UPDATE usage_event SET cost = cost - 1 WHERE id = $1', [id])
})

test('an event under a version that this process does not know is settled at that version', async () => {
  const customer = await customerWith(1_000n)
  const other = await world.another()
  const audit = {
    id: world.engine.ids.next('aud', world.clock.nowMs()),
    actor: { kind: 'system', job: 'test' },
    action: 'policy.publish',
    target: 'pol',
    customer: null,
    reason: null,
    detail: {},
    atMs: world.clock.nowMs(),
  } as const
  const dearer: PolicyDocument = { ...DOCUMENT, rateCard: { rates: [{ meter: 'units', microCredits: '30' }] } }
  await other.policyStore.publish({ base: 1, document: dearer, note: 'dearer', atMs: world.clock.nowMs(), audit })
  const third = await world.another()
  await consume(customer, 10, third)
  await consume(customer, 10)
  expect(world.engine.policies.get(2)).toBeUndefined()
  await drain()
  expect(await ledgerOf(customer)).toMatchObject({ balance: [600n], charges: [-100n, -300n] })
})

test('after all of it every invariant holds', async () => {
  const report = await verify(world.engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
  expect(report).toMatchObject({ ok: true, unexplained: 0 })
  expect(report.counts['usageEvents']).toBeGreaterThan(80)
})
