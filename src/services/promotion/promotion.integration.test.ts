import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { createCustomer } from '../customer/create.ts'
import type { Engine } from '../engine.ts'
import { verify } from '../verify/verify.ts'
import { addWebhook } from '../webhook/change.ts'
import { createPromotionCode, type NewPromotionCode } from './create.ts'
import { completeRedemptions, redeemCode } from './redeem.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
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

async function newCustomer(): Promise<CustomerId> {
  const profile = { name: 'A', kind: 'person', tier: 'bare', timeZone: 'UTC', consent: 'off' } as const
  const made = await createCustomer(engine, { ...profile, externalId: null, actor: ACTOR })
  if (made.kind !== 'created') throw new Error(made.kind)
  return made.customer
}

const made = async (code: string, change: Partial<NewPromotionCode> = {}) => {
  const limits = { totalLimit: 10, customerLimit: 1, validFromMs: AT, validUntilMs: null }
  const grant = { title: 'Welcome', amount: 7n, features: null, grantDays: 30 }
  return createPromotionCode(engine, { code: { code, ...limits, ...grant, ...change }, actor: ACTOR })
}
const grantsOf = async (customer: CustomerId) => (await engine.readers.customer(customer))?.grants ?? []

/** A store with more callers than connections may say "not now": asking again is what a caller does, and is safe. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (fault) {
      if (!(fault instanceof StoreUnavailable) || tries === 20) throw fault
    }
  }
}

test('200 at once on a code with ten places: exactly ten grants, on any number of nodes', async () => {
  await made('TEN-PLACES')
  const customers: CustomerId[] = []
  for (let n = 0; n < 200; n += 1) customers.push(await newCustomer())
  const outcomes = await Promise.all(
    customers.map((customer, n) =>
      untilAnswered(() => redeemCode(n % 2 === 0 ? engine : other, { customer, code: 'ten-places', actor: ACTOR })),
    ),
  )
  expect(outcomes.filter(({ kind }) => kind === 'redeemed')).toHaveLength(10)
  expect(outcomes.filter((one) => one.kind === 'refused' && one.standing === 'used_up')).toHaveLength(190)
  const grants = (await Promise.all(customers.map(grantsOf))).flat()
  expect(grants.map(({ kind, amount }) => [kind, amount])).toEqual(Array.from({ length: 10 }, () => ['promotion', 7n]))
  expect((await engine.promotions.byCode('TEN-PLACES'))?.redeemed).toBe(10)
})

test('twenty clicks of one customer give one grant', async () => {
  const created = await made('DOUBLE-CLICK')
  const customer = await newCustomer()
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      redeemCode(n % 2 === 0 ? engine : other, { customer, code: 'DOUBLE-CLICK', actor: ACTOR }),
    ),
  )
  const grants = await grantsOf(customer)
  expect(grants).toMatchObject([{ kind: 'promotion', expiresAtMs: AT + 30 * DAY, reason: 'Welcome' }])
  expect(created.kind === 'created' && grants[0]?.source === `code:${created.code.id}`).toBe(true)
  expect((await engine.promotions.byCode('DOUBLE-CLICK'))?.redeemed).toBe(1)
  expect(await redeemCode(engine, { customer, code: 'DOUBLE-CLICK', actor: ACTOR })).toEqual({
    kind: 'refused',
    standing: 'customer_limit',
  })
})

test('a redeemer that died after taking its place is given the grant by the job, once', async () => {
  await made('BROKE-OFF')
  const customer = await newCustomer()
  await engine.promotions.take({ code: 'BROKE-OFF', customer, atMs: AT })
  const complete = (node: Engine) => completeRedemptions(node, { beforeMs: AT + 1, limit: 100 })
  await Promise.all([complete(engine), complete(other), complete(engine)])
  expect(await grantsOf(customer)).toHaveLength(1)
  expect(await complete(engine)).toBe(0)
})

test('a redeemer that died before its webhook was queued is made good by the job, with one grant', async () => {
  await made('UNTOLD')
  const customer = await newCustomer()
  const events = ['promotion.redeemed'] as const
  await addWebhook(engine, { customer, url: 'https://example.com/', events, actor: ACTOR })
  const cutOff = { ...engine, webhooks: { ...engine.webhooks, queue: () => Promise.reject(new Error('cut off')) } }
  await expect(redeemCode(cutOff, { customer, code: 'UNTOLD', actor: ACTOR })).rejects.toThrow('cut off')
  for (const node of [engine, other]) await completeRedemptions(node, { beforeMs: AT + 1, limit: 100 })
  expect(await grantsOf(customer)).toHaveLength(1)
  const told = await engine.webhooks.log({ customer, endpoint: null, limit: 10 })
  expect(told.map(({ type }) => type)).toEqual(['promotion.redeemed'])
})

test.each([
  ['NO-SUCH-CODE', 'unknown'],
  ["'; DROP", 'unknown'],
  ['', 'unknown'],
  ['TOMORROW', 'not_yet'],
  ['YESTERDAY', 'over'],
])('%j is refused: %s, and nothing is granted', async (code, standing) => {
  await made('TOMORROW', { validFromMs: AT + DAY })
  await made('YESTERDAY', { validFromMs: AT - DAY, validUntilMs: AT })
  const customer = await newCustomer()
  expect(await redeemCode(engine, { customer, code, actor: ACTOR })).toEqual({ kind: 'refused', standing })
  expect(await grantsOf(customer)).toEqual([])
})

test.each([
  ['x', {}, 'malformed'],
  ['TWICE-MADE', {}, 'taken'],
  ['BACKWARDS', { validUntilMs: AT }, 'over_before_it_begins'],
])('%j %j cannot be made: %s', async (code, change, kind) => {
  await made('TWICE-MADE')
  expect(await made(code, change)).toEqual({ kind })
})

describe('guessing', () => {
  const person = (n: number) => ({ kind: 'user', id: `usr_${n}` }) as const
  const tries = async (customer: CustomerId, by: number, count: number, code = 'NOBODY') => {
    const kinds: string[] = []
    for (let n = 0; n < count; n += 1)
      kinds.push((await redeemCode(n % 2 === 0 ? engine : other, { customer, code, actor: person(by) })).kind)
    return kinds
  }
  const refused = (count: number) => Array<string>(count).fill('refused')

  test('ends after ten codes that gave nothing, on any node, and begins again after the hour', async () => {
    await made('AFTER-ALL')
    const customer = await newCustomer()
    const startedAtMs = world.clock.nowMs()
    expect(await tries(customer, 1, 10)).toEqual(refused(10))
    world.clock.advance(600_000)
    const wait = { kind: 'throttled', retryAfterMs: startedAtMs + 3_600_000 - world.clock.nowMs() }
    for (const code of ['NOBODY', 'AFTER-ALL'])
      expect(await redeemCode(other, { customer, code, actor: person(1) })).toEqual(wait)
    world.clock.advance(wait.retryAfterMs)
    expect(await tries(customer, 1, 1, 'AFTER-ALL')).toEqual(['redeemed'])
  })

  test('side by side tries no more codes than one after the other', async () => {
    const customer = await newCustomer()
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        untilAnswered(() => redeemCode(n % 2 === 0 ? engine : other, { customer, code: 'NOBODY', actor: person(2) })),
      ),
    )
    expect(outcomes.filter(({ kind }) => kind === 'refused').length).toBeLessThanOrEqual(10)
  })

  test('of one person keeps no colleague and no other customer from theirs; of many, the customer', async () => {
    await made('COLLEAGUE', { customerLimit: 100, totalLimit: 100 })
    const [customer, elsewhere] = [await newCustomer(), await newCustomer()]
    expect(await tries(customer, 3, 12)).toEqual([...refused(10), 'throttled', 'throttled'])
    expect(await tries(customer, 4, 1, 'COLLEAGUE')).toEqual(['redeemed'])
    expect(await tries(elsewhere, 3, 1, 'COLLEAGUE')).toEqual(['throttled'])
    expect(await tries(elsewhere, 4, 1, 'COLLEAGUE')).toEqual(['redeemed'])
    for (const by of [4, 5]) expect(await tries(customer, by, 10)).toEqual(refused(10))
    expect(await tries(customer, 6, 1, 'COLLEAGUE')).toEqual(['throttled'])
    expect(await tries(elsewhere, 6, 1, 'COLLEAGUE')).toEqual(['redeemed'])
  })

  test('is not what codes that give something, or gave it before, are taken for', async () => {
    await made('MANY-TIMES', { customerLimit: 12, totalLimit: 100 })
    const customer = await newCustomer()
    expect(await tries(customer, 7, 14, 'MANY-TIMES')).toEqual([...Array<string>(12).fill('redeemed'), ...refused(2)])
    expect(await tries(customer, 7, 10)).toEqual(refused(10))
    expect(await tries(customer, 7, 1)).toEqual(['throttled'])
  })

  test('what cannot be a code is not counted: nothing is looked up for it', async () => {
    const customer = await newCustomer()
    expect(await tries(customer, 8, 15, '?')).toEqual(refused(15))
    expect(await tries(customer, 8, 1)).toEqual(refused(1))
  })
})

test('afterwards the books are verified, and nothing is wrong', async () => {
  const report = await verify(engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
