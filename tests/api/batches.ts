import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from './server.ts'

/** What `POST /decisions/batch` must answer, on every store. */
export function describeBatches(start: () => Promise<TestServer>): void {
  let server: TestServer
  let customer: string
  beforeAll(async () => {
    server = await start()
    customer = await server.customer()
  })
  afterAll(() => server.close())

  let named = 0
  const entry = (more: Record<string, unknown> = {}) => ({
    idempotencyKey: `b-${++named}`,
    customer,
    feature: 'work',
    usage: { units: 1 },
    ...more,
  })
  const batch = (entries: unknown[], asking = {}) => server.call('POST', '/decisions/batch', { entries }, asking)
  const statuses = (reply: { body: { answers: { status: number }[] } }) =>
    reply.body.answers.map(({ status }) => status)

  test('one answer each, in order; one bad entry spoils only itself', async () => {
    const id = await server.customer({ tier: 'bare', consent: 'on' })
    await server.grant(id, 5)
    const good = entry({ customer: id, usage: { units: 2 } })
    const reply = await batch([
      good,
      entry({ usage: { units: -1 } }),
      entry({ feature: 'none' }),
      entry({ customer: `cus_${'0'.repeat(32)}` }),
      'no object',
      entry({ idempotencyKey: '' }),
      entry({ customer: id, usage: { units: 2 } }),
      entry({ customer: id, usage: { units: 2 } }),
      entry({ customer: id, usage: { units: 1 }, balance: 5 }),
    ])
    expect(reply.status).toBe(200)
    expect(statuses(reply)).toEqual([200, 400, 404, 404, 400, 400, 200, 402, 400])
    expect(reply.body.answers[1].body).toMatchObject({
      type: '/docs/problems/invalid-request',
      instance: '/api/v1/decisions',
      errors: [{ pointer: '/entries/1/usage/units' }],
    })
    expect(reply.body.answers[8].body.errors).toEqual([{ pointer: '/entries/8/balance', problem: 'unknown field' }])

    const again = await batch([good])
    expect(again.body.answers[0]).toEqual({ status: 200, replayed: true, body: reply.body.answers[0].body })
    const { idempotencyKey, ...single } = good
    expect((await server.call('POST', '/decisions', single, { idempotencyKey })).body).toEqual(
      reply.body.answers[0].body,
    )
  })

  test('a number that JSON would change spoils its entry alone', async () => {
    const raw = JSON.stringify({ entries: [entry(), entry({ usage: { units: 111 } }), entry()] }).replace(
      '111',
      '9007199254740993',
    )
    const reply = await server.call('POST', '/decisions/batch', undefined, {
      raw,
      headers: { 'content-type': 'application/json' },
    })
    expect(statuses(reply)).toEqual([200, 400, 200])
    expect(reply.body.answers[1].body.errors).toEqual([
      { pointer: '/entries/1/usage/units', problem: 'not within -(2^53 - 1) to 2^53 - 1' },
    ])
  })

  test('500 in one body see each other', async () => {
    const id = await server.customer()
    const reply = await batch(Array.from({ length: 500 }, () => entry({ customer: id })))
    const counted = statuses(reply)
    expect(counted.filter((status) => status === 200)).toHaveLength(100)
    expect((await server.call('GET', `/customers/${id}/access`)).body.windows[0].remaining).toBe('0')
  })

  test('the same key twice in one body: one effect', async () => {
    const id = await server.customer()
    const same = entry({ customer: id })
    const reply = await batch([same, same, { ...same, usage: { units: 2 } }])
    expect(statuses(reply)[0]).toBe(200)
    expect(statuses(reply)[2]).toBe(422)
    expect([200, 409]).toContain(statuses(reply)[1])
    expect((await server.call('GET', `/customers/${id}/access`)).body.windows[0].used).toBe('1')
  })

  test('an entry that waiting would help says for how long', async () => {
    const id = await server.customer()
    const reply = await batch([
      entry({ customer: id, usage: { units: 100 } }),
      entry({ customer: id, includedOnly: true }),
    ])
    expect(statuses(reply)).toEqual([200, 429])
    expect(reply.body.answers[1].retryAfter).toBeGreaterThan(17_000)
    expect(reply.body.answers[0].retryAfter).toBeUndefined()
  })

  describe('400', () => {
    test.each([
      ['no entries', { entries: [] }, '/entries'],
      ['501 entries', { entries: Array.from({ length: 501 }, () => ({})) }, '/entries'],
      ['no list', { entries: {} }, '/entries'],
      ['a list alone', [], ''],
      ['an unknown field', { entries: [{}], mode: 'consume' }, '/mode'],
    ])('%s', async (_, body, pointer) => {
      expect(await server.call('POST', '/decisions/batch', body)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer }] },
      })
    })
  })
}
