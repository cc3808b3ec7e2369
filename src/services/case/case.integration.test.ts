import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import { RUNNING_CASES } from '../../ports/case-store.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { grantCredits } from '../credit/grant.ts'
import { createCustomer } from '../customer/create.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { settleBatch } from '../settlement/settle.ts'
import { recordUsage } from '../usage/record.ts'
import { verify } from '../verify/verify.ts'
import { closeCase } from './close.ts'
import { openCase } from './open.ts'
import { readCase } from './read.ts'
import { replyToCase } from './reply.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const ACTOR = { kind: 'system', job: 'test' } as const

let world: EngineWorld
let engine: Engine
let other: Engine
beforeAll(async () => {
  world = await openEngineWorld(TEST_POLICY, AT)
  engine = world.engine
  other = await world.another()
})
afterAll(() => world.close())

async function newCustomer(credits = 0n): Promise<CustomerId> {
  const rest = { externalId: null, name: 'House', kind: 'organization', timeZone: 'UTC', consent: 'on' } as const
  const made = await createCustomer(engine, { ...rest, tier: 'small', actor: ACTOR })
  if (made.kind !== 'created') throw new Error(made.kind)
  const { customer } = made
  if (credits > 0n) {
    const given = await grantCredits(engine, {
      customer,
      kind: 'credits',
      amount: credits,
      priority: 0,
      features: null,
      effectiveAtMs: null,
      expiresAtMs: null,
      source: 'test',
      reason: 'test',
      actor: ACTOR,
      idempotency: null,
    })
    expect(given.kind).toBe('done')
  }
  return customer
}

async function decide(customer: CustomerId, cost: bigint): Promise<string> {
  const request = { subject: null, task: null, feature: 'work', attributes: {}, price: { kind: 'cost', cost } } as const
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const outcome = await decideAccess(engine, {
    request: { ...bounds, ...request, customer },
    consent: null,
    idempotencyKey: crypto.randomUUID(),
  })
  if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  return (JSON.parse(outcome.reply.body) as { id: string }).id
}
async function settleAll(): Promise<void> {
  const bounds = { maxNotes: 100, maxEvents: 100, maxEventsPerCustomer: 100 }
  for (let notes = 1; notes > 0; ) notes = (await settleBatch(engine, bounds)).notes
}

const by = { id: `usr_${'a'.repeat(32)}`, name: 'Ada' }
const staff = { customer: null, id: `usr_${'b'.repeat(32)}`, name: 'Tomas' }
const about = (kind: 'decision' | 'usage', id: string) => ({ kind, id })
async function opened(customer: CustomerId, kind: 'decision' | 'usage', id: string, on = engine): Promise<string> {
  const outcome = await openCase(on, { customer, about: about(kind, id), body: 'Why?', by })
  if (outcome.kind !== 'opened') throw new Error(outcome.kind)
  return outcome.id
}
const eventOf = async (customer: CustomerId) => {
  const [event] = (await engine.readers.usageEvents({ customer, cursor: null, limit: 1 })).items
  return event?.id ?? ''
}

test('a case collects decision, charge and balance moves, and says that they fit', async () => {
  const customer = await newCustomer(1_000n)
  const decision = await decide(customer, 130n)
  await settleAll()
  world.clock.advance(60_000)
  const view = await readCase(engine, customer, await opened(customer, 'decision', decision))
  expect(view?.checks).toEqual({ charged: 'holds', moved: 'holds', once: 'holds', alone: 'holds', replayed: 'holds' })
  expect(view?.checksNow).toBeNull()
  expect(view?.timeline.map(({ kind }) => kind)).toEqual(['decided', 'used', 'charged', 'moved', 'collected'])
  expect(view?.file).toMatchObject({
    title: 'Work: allowed',
    state: 'open',
    evidence: {
      decision: { id: decision, replay: 'identical', cost: 130n },
      standing: {
        at: 'decided',
        atMs: view?.file.evidence.decision?.atMs,
        tier: 'Small',
        windows: [{ title: '5 hours', limit: 100n, used: 0n }],
        available: [{ layer: 'credits', amount: 1_000n }],
      },
      proof: [{ charges: 1, balanceUpdates: [{ delta: -30n }], complete: true }],
    },
  })
  expect(view?.messages).toMatchObject([{ number: 1, side: 'customer', body: 'Why?' }])
})

test('a request like it, asked for a second time, stands beside it; denials and other amounts do not', async () => {
  const customer = await newCustomer(1_000n)
  const before = await decide(customer, 7n)
  world.clock.advance(61_000)
  const first = await decide(customer, 7n)
  world.clock.advance(1_000)
  const second = await decide(customer, 7n)
  await decide(customer, 8n)
  await settleAll()
  const view = await readCase(engine, customer, await opened(customer, 'decision', second))
  expect(view?.checks.alone).toBe('noted')
  expect(view?.file.evidence.alike).toMatchObject({ found: [{ id: first }], complete: true })
  expect(view?.timeline[0]).toMatchObject({ kind: 'alike', decision: { id: first } })
  const earlier = await readCase(engine, customer, await opened(customer, 'decision', before))
  expect(earlier?.checks.alone).toBe('holds')
})

test('a denied request is proven to have cost nothing', async () => {
  const customer = await newCustomer()
  const view = await readCase(engine, customer, await opened(customer, 'decision', await decide(customer, 200n)))
  expect(view?.file.title).toBe('Work: denied')
  expect(view?.checks).toEqual({ charged: 'holds', moved: 'holds', once: 'holds', alone: 'holds', replayed: 'holds' })
  expect(view?.file.evidence.proof).toEqual([])
})

test('what was not settled when it was opened waits in the evidence, and is told as it is now', async () => {
  const customer = await newCustomer(1_000n)
  await decide(customer, 130n)
  const id = await opened(customer, 'usage', await eventOf(customer))
  const before = await readCase(engine, customer, id)
  expect(before?.checks).toMatchObject({ charged: 'waits', replayed: 'holds' })
  await settleAll()
  const after = await readCase(engine, customer, id)
  expect(after?.checks).toEqual(before?.checks)
  expect(after?.checksNow).toEqual({
    charged: 'holds',
    moved: 'holds',
    once: 'holds',
    alone: 'holds',
    replayed: 'holds',
  })
  expect(after?.file.evidence).toEqual(before?.file.evidence)
})

test('usage that was reported has no decision, and its charge is proven all the same', async () => {
  const customer = await newCustomer(1_000n)
  const told = await recordUsage(engine, {
    customer,
    subject: null,
    feature: 'work',
    price: { kind: 'cost', cost: 40n },
    attributes: {},
    source: '/elsewhere',
    eventId: '1',
    effectiveAtMs: null,
  })
  expect(told.kind).toBe('answered')
  await settleAll()
  const view = await readCase(engine, customer, await opened(customer, 'usage', await eventOf(customer)))
  expect(view?.checks).toEqual({ charged: 'holds', moved: 'holds', once: 'holds', alone: null, replayed: null })
  expect(view?.file).toMatchObject({
    title: 'Work: 0.00004 credits charged',
    evidence: { decision: null, standing: { at: 'collected' } },
  })
})

test('a second charge of the same usage is found', async () => {
  const customer = await newCustomer(1_000n)
  const decision = await decide(customer, 130n)
  await settleAll()
  const { monetizationEvents } = engine.readers
  const doubling: Engine = {
    ...engine,
    readers: {
      ...engine.readers,
      async monetizationEvents(query) {
        const page = await monetizationEvents(query)
        return { ...page, items: [...page.items, ...page.items] }
      },
    },
  }
  const view = await readCase(engine, customer, await opened(customer, 'decision', decision, doubling))
  expect(view?.checks).toMatchObject({ charged: 'holds', once: 'broken' })
})

test('a record has one running case, opened twenty times at once from two processes', async () => {
  const customer = await newCustomer()
  const decision = await decide(customer, 1n)
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      openCase(n % 2 === 0 ? engine : other, { customer, about: about('decision', decision), body: 'Why?', by }),
    ),
  )
  const [first] = outcomes.flatMap((one) => (one.kind === 'opened' ? [one.id] : []))
  expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(1)
  expect(outcomes.filter((one) => one.kind === 'running' && one.id === first)).toHaveLength(19)
  expect(await closeCase(engine, { id: first ?? '', by: staff })).toBe('closed')
  expect(await closeCase(engine, { id: first ?? '', by: staff })).toBe('closed_before')
  expect(await opened(customer, 'decision', decision)).not.toBe(first)
})

test('another customer’s records and cases are as if they were not there', async () => {
  const [mine, theirs] = [await newCustomer(), await newCustomer()]
  const decision = await decide(theirs, 1n)
  const event = await eventOf(theirs)
  for (const record of [about('decision', decision), about('usage', event), about('decision', 'nonsense')])
    expect(await openCase(engine, { customer: mine, about: record, body: 'x', by })).toEqual({ kind: 'unknown' })
  const id = await opened(theirs, 'decision', decision)
  const stranger = { customer: mine, ...by }
  expect(await readCase(engine, mine, id)).toBeNull()
  expect(await replyToCase(engine, { id, by: stranger, body: 'x' })).toBe('unknown')
  expect(await closeCase(engine, { id, by: stranger })).toBe('unknown')
  expect((await readCase(engine, null, id))?.file).toMatchObject({ state: 'open', messages: 1 })
})

test('the word passes between customer and staff until one closes it', async () => {
  const customer = await newCustomer()
  const id = await opened(customer, 'decision', await decide(customer, 1n))
  expect(await replyToCase(engine, { id, by: staff, body: 'Because.' })).toBe('added')
  expect((await readCase(engine, customer, id))?.file.state).toBe('answered')
  const own = { customer, ...by }
  expect(await replyToCase(other, { id, by: own, body: 'I see.' })).toBe('added')
  expect((await readCase(engine, customer, id))?.file.state).toBe('open')
  expect(await closeCase(engine, { id, by: own })).toBe('closed')
  expect(await replyToCase(engine, { id, by: staff, body: 'Late.' })).toBe('closed')
  expect((await readCase(engine, customer, id))?.messages.map(({ side, authorName }) => [side, authorName])).toEqual([
    ['customer', 'Ada'],
    ['staff', 'Tomas'],
    ['customer', 'Ada'],
  ])
  const entries = await engine.audit.page(null, 1_000)
  const actions = entries.filter((entry) => entry.target === id).map(({ action, actor }) => [action, actor])
  expect(actions).toEqual([
    ['case.open', { kind: 'user', id: by.id }],
    ['case.close', { kind: 'user', id: by.id }],
  ])
})

test('a customer has no more running cases than the bound', async () => {
  const customer = await newCustomer()
  for (let n = 0; n < RUNNING_CASES; n += 1) await opened(customer, 'decision', await decide(customer, 1n))
  const record = about('decision', await decide(customer, 1n))
  expect(await openCase(engine, { customer, about: record, body: 'x', by })).toEqual({ kind: 'too_many' })
})

test('afterwards the books are verified, and nothing is wrong', async () => {
  const report = await verify(engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
