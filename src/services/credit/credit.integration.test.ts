import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import { MAX_AMOUNT } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Reply, TransactResult } from '../../ports/customer-state.ts'
import { expireDueGrants, expireDueHolds, refreshDueAllowances } from '../../settler/due-jobs.ts'
import { createCustomer } from '../customer/create.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { verify } from '../verify/verify.ts'
import { adjustCredits, FOUR_EYES_ABOVE } from './adjust.ts'
import { expireCredits } from './expire.ts'
import { type GrantInput, grantCredits } from './grant.ts'
import { refreshCredits } from './refresh.ts'
import { revokeCredits } from './revoke.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const ADA = { kind: 'user', id: 'usr_ada' } as const
const BOB = { kind: 'user', id: 'usr_bob' } as const

const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] } },
  rateCard: { rates: [{ meter: 'units', microCredits: '1' }] },
  layers: ['allowance', 'adjustment', 'credits'],
  tiers: {
    bare: { title: 'Bare', priority: 'normal', features: '*', guards: [], windows: [] },
    plus: {
      title: 'Plus',
      priority: 'normal',
      features: '*',
      guards: [],
      windows: [],
      allowances: [
        {
          id: 'weekly',
          title: 'Weekly',
          amount: '100',
          every: { anchor: 'customer', lengthMs: 7 * DAY },
          rollover: { max: '30', periods: 1 },
        },
        { id: 'monthly', title: 'Monthly', amount: '500', every: { anchor: 'customer', months: 1 } },
      ],
    },
  },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'absorb' },
}

let world: EngineWorld
let other: Engine
beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
  other = await world.another()
})
afterAll(() => world.close())

let serial = 0
const next = (what: string): string => `${what}-${(serial += 1)}`
const idempotency = (operation: string, key = next('key'), fingerprint = '1'.repeat(32)) => ({
  operation,
  key,
  fingerprint,
})

async function newCustomer(tier = 'bare'): Promise<CustomerId> {
  const created = await createCustomer(world.engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier,
    timeZone: 'UTC',
    consent: 'on',
    actor: ADA,
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  return created.customer
}

const grantOf = (customer: CustomerId, changes: Partial<GrantInput> = {}): GrantInput => ({
  customer,
  kind: 'credits',
  amount: 100n,
  priority: 10,
  features: ['work'],
  effectiveAtMs: null,
  expiresAtMs: world.clock.nowMs() + 30 * DAY,
  source: next('purchase'),
  reason: 'pack',
  actor: ADA,
  idempotency: idempotency('grants'),
  ...changes,
})

const body = (result: TransactResult) =>
  result.kind === 'done' ? { status: result.reply.status, ...JSON.parse(result.reply.body) } : result
const audits = async (customer: CustomerId) =>
  (await world.engine.audit.page(null, 500)).filter((entry) => entry.customer === customer).map((entry) => entry.action)
const available = async (customer: CustomerId) =>
  (await world.engine.readers.customer(customer))?.state.grants.map((grant) => grant.available)
const sources = async (customer: CustomerId) =>
  (
    await world.owner.query<{ source: string }>('SELECT source FROM grants WHERE customer_id = $1 ORDER BY id', [
      customer.slice(4),
    ])
  ).rows.map((row) => row.source)

async function consume(
  customer: CustomerId,
  units: number,
  mode: 'consume' | 'authorize' = 'consume',
): Promise<number> {
  return (await decide(customer, units, mode))?.status ?? 0
}

async function decide(customer: CustomerId, units: number, mode: 'consume' | 'authorize'): Promise<Reply | null> {
  const outcome = await decideAccess(world.engine, {
    request: {
      customer,
      subject: null,
      task: null,
      feature: 'work',
      price: { kind: 'usage', usage: { units } },
      attributes: {},
      mode: mode === 'consume' ? { kind: mode } : { kind: mode, ttlMs: null },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
    },
    consent: null,
    idempotencyKey: next('decision'),
  })
  return outcome.kind === 'answered' ? outcome.reply : null
}

test('a grant is answered as JSON, audited, and can be spent by the next request', async () => {
  const customer = await newCustomer()
  expect(await consume(customer, 100)).toBe(402)
  const given = await grantCredits(world.engine, grantOf(customer))
  expect(body(given)).toEqual({
    status: 201,
    id: expect.stringMatching(/^grt_[0-9a-f]{32}$/),
    customer,
    kind: 'credits',
    amount: '100',
    available: '100',
    priority: 10,
    features: ['work'],
    effectiveAt: new Date(AT).toISOString(),
    expiresAt: new Date(AT + 30 * DAY).toISOString(),
    reason: 'pack',
    createdAt: new Date(AT).toISOString(),
  })
  expect(await audits(customer)).toEqual(['customer.create', 'grant.create'])
  expect(await consume(customer, 100)).toBe(200)
})

test('the same key gives the same answer byte for byte and one grant, also on another process and at once', async () => {
  const customer = await newCustomer()
  const input = grantOf(customer)
  const results = await Promise.all(
    [world.engine, other, world.engine, other].map((engine) => grantCredits(engine, input)),
  )
  const again = await grantCredits(world.engine, input)
  const done = [...results, again].filter((result) => result.kind === 'done')
  expect(new Set(done.map((result) => result.reply.body)).size).toBe(1)
  expect(results.filter((result) => result.kind !== 'done').every((result) => result.kind === 'in_flight')).toBe(true)
  expect(again).toMatchObject({ replayed: true })
  expect(await available(customer)).toEqual([100n])
  expect(
    await grantCredits(world.engine, { ...input, idempotency: { ...input.idempotency!, fingerprint: '2'.repeat(32) } }),
  ).toEqual({ kind: 'key_reused' })
})

test('one payment is credited once, whatever keys it comes with', async () => {
  const customer = await newCustomer()
  const source = next('purchase')
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      grantCredits(i % 2 === 0 ? world.engine : other, grantOf(customer, { source })),
    ),
  )
  expect(results.map((result) => body(result).status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409])
  expect(await available(customer)).toEqual([100n])
})

test.each<[string, Partial<GrantInput>, number, string]>([
  ['nothing', { amount: 0n }, 422, 'amount-not-positive'],
  ['too much', { amount: MAX_AMOUNT }, 422, 'overflow'],
  ['one that has ended', { expiresAtMs: AT }, 422, 'already-expired'],
])('refuses %s with a problem and writes nothing', async (_, changes, status, type) => {
  const customer = await newCustomer()
  await grantCredits(world.engine, grantOf(customer))
  const before = await world.engine.readers.customer(customer)
  expect(body(await grantCredits(world.engine, grantOf(customer, changes)))).toMatchObject({
    status,
    type: `/docs/problems/${type}`,
  })
  expect(await world.engine.readers.customer(customer)).toEqual(before)
})

test('revoking takes what is available, under a hold only the rest, and is audited', async () => {
  const customer = await newCustomer()
  const { id } = body(await grantCredits(world.engine, grantOf(customer)))
  expect(await consume(customer, 40, 'authorize')).toBe(200)
  const revoke = () =>
    revokeCredits(world.engine, {
      customer,
      grant: id,
      upTo: null,
      reason: 'fraud',
      actor: BOB,
      idempotency: idempotency('revoke'),
    })
  expect(body(await revoke())).toMatchObject({ status: 200, id, revoked: '60', available: '0' })
  expect(body(await revoke())).toMatchObject({ status: 409, type: '/docs/problems/nothing-available' })
  expect(await audits(customer)).toEqual(['customer.create', 'grant.create', 'grant.revoke'])
  world.clock.advance(3_600_000)
  await expireDueHolds(world.engine, 100)
  expect(await available(customer)).toEqual([40n])
})

test('an adjustment above the threshold needs two different people', async () => {
  const customer = await newCustomer()
  const adjust = (amount: bigint, approvedBy: typeof BOB | typeof ADA | null, adjustment = next('case')) =>
    adjustCredits(world.engine, {
      customer,
      amount,
      expiresAtMs: null,
      reason: 'outage',
      actor: ADA,
      approvedBy,
      adjustment,
      idempotency: idempotency('adjust'),
    })
  expect(await adjust(FOUR_EYES_ABOVE + 1n, null)).toEqual({ kind: 'second_person_needed', above: FOUR_EYES_ABOVE })
  expect(await adjust(FOUR_EYES_ABOVE + 1n, ADA)).toMatchObject({ kind: 'second_person_needed' })
  expect(await adjust(FOUR_EYES_ABOVE, null)).toMatchObject({ reply: { status: 201 } })
  const raced = await Promise.all([
    adjust(FOUR_EYES_ABOVE + 1n, BOB, 'case-1'),
    adjust(FOUR_EYES_ABOVE + 1n, BOB, 'case-1'),
  ])
  expect(
    raced.map((result) => (result.kind === 'done' ? String(result.reply.status) : result.kind)).toSorted(),
  ).toEqual(['201', '409'])
})

test('allowances are refreshed once per period by any number of processes, and roll over whichever schedule comes first', async () => {
  const customer = await newCustomer('plus')
  const startMs = world.clock.nowMs()
  const everywhere = (job: typeof refreshDueAllowances) =>
    Promise.all([world.engine, other, world.engine, other].map((engine) => job(engine, 100)))
  await everywhere(refreshDueAllowances)
  expect(await sources(customer)).toEqual([`refresh:weekly:${startMs}`, `refresh:monthly:${startMs}`])
  world.clock.advance(7 * DAY)
  const outcomes = await Promise.all([everywhere(expireDueGrants), everywhere(refreshDueAllowances)])
  expect(outcomes.flat().flatMap((outcome) => outcome.faults)).toEqual([])
  expect(await sources(customer)).toEqual([
    `refresh:weekly:${startMs}`,
    `refresh:monthly:${startMs}`,
    `rollover:weekly:${startMs + 7 * DAY}`,
    `refresh:weekly:${startMs + 7 * DAY}`,
  ])
  expect(await available(customer)).toEqual([30n, 100n, 500n])
  expect(await world.engine.due.refreshesDue(world.clock.nowMs(), 100)).toEqual([])
  expect(await expireCredits(world.engine, { customer })).toBe(false)
})

test('whoever lacks allowance is told when the next one lets the request pass, and then it does', async () => {
  const customer = await newCustomer('plus')
  expect(await consume(customer, 600)).toBe(200)
  const reply = await decide(customer, 100, 'consume')
  const { retryable, retryAt } = JSON.parse(reply?.body ?? '')
  expect([reply?.status, retryable]).toEqual([402, true])
  world.clock.advance(Date.parse(retryAt) - 1 - world.clock.nowMs())
  await refreshDueAllowances(world.engine, 100)
  expect(await consume(customer, 100)).toBe(402)
  world.clock.advance(1)
  await refreshDueAllowances(world.engine, 100)
  expect(await consume(customer, 100)).toBe(200)
})

test('an allowance that is due pays for the request that meets it first, however far behind the schedule is', async () => {
  const customer = await newCustomer('plus')
  await grantCredits(world.engine, grantOf(customer, { amount: 50n }))
  expect(await consume(customer, 600)).toBe(200)
  world.clock.advance(7 * DAY)
  const first = decide(customer, 60, 'consume')
  // while the first one's allowance is on its way
  await setImmediate()
  const replies = await Promise.all([first, decide(customer, 40, 'consume')])
  const funding = replies.map((reply) => JSON.parse(reply?.body ?? '').funding)
  expect(funding).toMatchObject([[{ layer: 'allowance', amount: '60' }], [{ layer: 'allowance', amount: '40' }]])
  expect(await available(customer)).toEqual([50n])
  // it has come: what is beyond it is drawn from credits, or denied, without asking again
  expect(await consume(customer, 50)).toBe(200)
  expect(await consume(customer, 1)).toBe(402)
  expect((await sources(customer)).filter((source) => source.startsWith('refresh:weekly'))).toHaveLength(2)
})

test('what a hold keeps in an expired grant is expired once it is given back', async () => {
  const customer = await newCustomer()
  await grantCredits(world.engine, grantOf(customer, { expiresAtMs: world.clock.nowMs() + 1_000 }))
  expect(await consume(customer, 40, 'authorize')).toBe(200)
  world.clock.advance(1_000)
  await expireDueGrants(world.engine, 100)
  expect(await available(customer)).toEqual([0n])
  expect(await consume(customer, 1)).toBe(402)
  world.clock.advance(60_000)
  await expireDueHolds(world.engine, 100)
  await expireDueGrants(world.engine, 100)
  expect(await available(customer)).toEqual([])
  const due = await world.engine.due.grantsDue(world.clock.nowMs(), 100)
  expect(due.filter((grant) => grant.customer === customer)).toEqual([])
})

test('a schedule that names a rule the tier no longer has is put right', async () => {
  const customer = await newCustomer()
  await world.owner.query('INSERT INTO refresh_due VALUES ($1, $2, $3)', [customer.slice(4), 'gone', new Date(AT)])
  expect(await refreshCredits(world.engine, { customer, due: [{ rule: 'gone', dueAtMs: AT }] })).toBe(true)
  const { rowCount } = await world.owner.query('SELECT FROM refresh_due WHERE customer_id = $1', [customer.slice(4)])
  expect(rowCount).toBe(0)
})

test('after all of it every invariant holds', async () => {
  const report = await verify(world.engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
