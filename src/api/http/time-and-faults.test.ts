import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestClock, testClock } from '../../adapters/system/test-clock.ts'
import { StoreUnavailable, type TransactResult } from '../../ports/customer-state.ts'
import { flushDenials } from '../../services/decision/denial-memory.ts'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import { type TestServer, testServer } from '../../../tests/api/server.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let clock: TestClock
let server: TestServer
beforeEach(async () => {
  clock = testClock(NOON)
  server = await testServer({ kind: 'memory', clock })
})
afterEach(() => server.close())

const decide = (customer: string, more: Record<string, unknown> = {}, asking = {}) =>
  server.call('POST', '/decisions', { customer, feature: 'work', usage: { units: 1 }, ...more }, asking)

describe('as time passes', () => {
  test('a denied request passes at the instant that it was told, and not before', async () => {
    const customer = await server.customer()
    await decide(customer, { usage: { units: 100 } })
    const denied = await decide(customer, { includedOnly: true })
    expect(denied.body.retryAt).toBe('2026-03-01T17:00:00.000Z')
    clock.set(Date.parse(denied.body.retryAt) - 1)
    expect((await decide(customer, { includedOnly: true })).status).toBe(429)
    clock.set(Date.parse(denied.body.retryAt))
    expect((await decide(customer, { includedOnly: true })).status).toBe(200)
  })

  test('a replay gives the old answer, with the time that is left now', async () => {
    const customer = await server.customer()
    const first = await decide(customer, {}, { idempotencyKey: 'k' })
    clock.advance(HOUR)
    const again = await decide(customer, {}, { idempotencyKey: 'k' })
    expect(again.text).toBe(first.text)
    expect([first.headers['ratelimit'], again.headers['ratelimit']]).toEqual([
      '"five_hour";r=99;t=18000',
      '"five_hour";r=99;t=14400',
    ])
  })

  test.each([
    ['in its last millisecond', 10 * MINUTE - 1, 200],
    ['at its end', 10 * MINUTE, 402],
  ])('a consent token %s', async (_, laterMs, status) => {
    const customer = await server.customer({ consent: 'ask' })
    await server.grant(customer, 500)
    const asked = await decide(customer, { usage: { units: 150 } })
    const { token } = asked.body.waysOn.find((way: { kind: string }) => way.kind === 'consent')
    clock.advance(laterMs)
    expect((await decide(customer, { usage: { units: 150 }, consent: token })).status).toBe(status)
  })

  test('410 of a hold that ran out, and its value is back for the next request', async () => {
    const customer = await server.customer()
    const { body } = await decide(customer, { mode: 'authorize', ttlSeconds: 60, usage: { units: 100 } })
    clock.advance(60_000)
    expect(await server.call('POST', `/holds/${body.hold.id}/capture`, { usage: { units: 1 } })).toMatchObject({
      status: 410,
      body: { holdStatus: 'expired' },
    })
    expect((await decide(customer, { usage: { units: 100 }, includedOnly: true })).status).toBe(200)
  })

  test('usage is priced by the version that was in force when it happened', async () => {
    const customer = await server.customer()
    clock.advance(HOUR)
    const dearer = { ...TEST_POLICY, rateCard: { rates: [{ meter: 'units', microCredits: '3' }] } }
    await server.call('PUT', '/policy', { base: 1, document: dearer, note: 'three times' })
    await expect.poll(async () => (await server.call('GET', '/policy')).body.version).toBe(2)
    const tell = async (id: string, time: number) => {
      const event = {
        specversion: '1.0',
        id,
        source: '/s',
        type: 't',
        time: new Date(time).toISOString(),
        data: { customer, feature: 'work', usage: { units: 1 } },
      }
      const { body } = await server.call('POST', '/usage-events', event, {
        headers: { 'content-type': 'application/cloudevents+json' },
      })
      return [body.cost, body.policyVersion]
    }
    expect(await tell('before', NOON + HOUR - 1)).toEqual(['1', 1])
    expect(await tell('after', NOON + HOUR)).toEqual(['3', 2])
  })

  test('a hold is captured at the prices it was placed under', async () => {
    const customer = await server.customer()
    const { body } = await decide(customer, { mode: 'authorize', usage: { units: 10 } })
    const dearer = { ...TEST_POLICY, rateCard: { rates: [{ meter: 'units', microCredits: '3' }] } }
    await server.call('PUT', '/policy', { base: 1, document: dearer, note: 'three times' })
    await expect.poll(async () => (await server.call('GET', '/policy')).body.version).toBe(2)
    expect((await server.call('POST', `/holds/${body.hold.id}/capture`, { usage: { units: 10 } })).body).toMatchObject({
      cost: '10',
      policyVersion: 1,
    })
  })

  test('counted denials end up on the decision that stands for them', async () => {
    const customer = await server.customer()
    await decide(customer, { usage: { units: 100 } })
    const ids: string[] = []
    for (let i = 0; i < 25; i++) ids.push((await decide(customer, { includedOnly: true })).body.id)
    await flushDenials(server.engine)
    const kept = await Promise.all(
      [...new Set(ids)].map(async (id) => (await server.call('GET', `/decisions/${id}`)).body.coalesced as number),
    )
    expect([kept.length, kept.reduce((sum, one) => sum + one, 0)]).toEqual([10, 15])
    clock.advance(MINUTE)
    const later = await decide(customer, { includedOnly: true })
    expect(ids).not.toContain(later.body.id)
  })
})

describe('when the store fails', () => {
  const transactAs = (answer: () => Promise<TransactResult>): void => {
    Object.assign(server.engine.customers, { transact: answer })
  }

  test('503 with Retry-After when it cannot be reached, also for one entry of a batch', async () => {
    const customer = await server.customer()
    transactAs(() => Promise.reject(new StoreUnavailable('secret host 10.0.0.7')))
    const reply = await decide(customer)
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { type: '/docs/problems/store-unavailable' },
    })
    expect(reply.text).not.toContain('10.0.0.7')
    const batch = await server.call('POST', '/decisions/batch', {
      entries: [{ customer, feature: 'work', usage: { units: 1 }, idempotencyKey: 'b' }, {}],
    })
    expect(batch.body.answers).toMatchObject([{ status: 503, retryAfter: 1 }, { status: 400 }])
  })

  test('503 with Retry-After when its queue is full', async () => {
    const customer = await server.customer()
    transactAs(async () => ({ kind: 'overloaded', retryAfterMs: 1_200 }))
    expect(await decide(customer)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { type: '/docs/problems/overloaded' },
    })
  })

  test('409 with Retry-After while the same key runs', async () => {
    const customer = await server.customer()
    const replies = await Promise.all(
      Array.from({ length: 2 }, () =>
        server.call('POST', '/decisions/batch', {
          entries: [0, 1].map(() => ({ customer, feature: 'work', usage: { units: 1 }, idempotencyKey: 'same' })),
        }),
      ),
    )
    const answers = replies.flatMap(({ body }) => body.answers)
    expect(answers.some(({ status }) => status === 409)).toBe(true)
    for (const { status, retryAfter, body } of answers) {
      if (status === 409) expect([retryAfter, body.type]).toEqual([1, '/docs/problems/request-in-flight'])
      else expect(status).toBe(200)
    }
  })

  test('500 without a word of what failed, which the operator is told', async () => {
    const customer = await server.customer()
    transactAs(() => Promise.reject(new TypeError('cannot read property of undefined')))
    const reply = await decide(customer)
    expect(reply).toMatchObject({ status: 500, body: { type: '/docs/problems/internal-error' } })
    expect(reply.text).not.toMatch(/undefined|\.ts|at /)
    expect(server.faults.splice(0).map(String)).toEqual(['TypeError: cannot read property of undefined'])
  })

  test('a denial whose record was lost is not counted onto', async () => {
    const customer = await server.customer()
    await decide(customer, { usage: { units: 100 } })
    const { customers } = server.engine
    const { transact } = customers
    const lost: typeof transact = async (id, operation) => {
      await transact(id, {
        idempotency: null,
        needs: operation.needs,
        plan(snapshot) {
          const plan = operation.plan(snapshot)
          return plan.kind === 'commit' ? { kind: 'answer', reply: plan.reply } : plan
        },
      })
      throw new StoreUnavailable('cut before the commit')
    }
    Object.assign(customers, { transact: lost })
    for (let i = 0; i < 15; i++) expect((await decide(customer, { includedOnly: true })).status).toBe(503)
    Object.assign(server.engine.customers, { transact })
    const reply = await decide(customer, { includedOnly: true })
    expect((await server.call('GET', `/decisions/${reply.body.id}`)).status).toBe(200)
  })
})
