import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from './server.ts'

const MISSING = `hold_${'0'.repeat(32)}`

/** What `/holds/{id}/…` must answer, on every store. */
export function describeHolds(start: () => Promise<TestServer>): void {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())

  const authorize = async (customer: string, units: number, more: Record<string, unknown> = {}): Promise<string> => {
    const reply = await server.call('POST', '/decisions', {
      customer,
      feature: 'work',
      usage: { units },
      mode: 'authorize',
      ...more,
    })
    if (reply.status !== 200) throw new Error(reply.text)
    return reply.body.hold.id
  }
  const on = (hold: string, verb: string, body: unknown = {}, asking = {}) =>
    server.call('POST', `/holds/${hold}/${verb}`, body, asking)
  const used = async (customer: string): Promise<string> =>
    (await server.call('GET', `/customers/${customer}/access`)).body.windows[0].used

  describe('capture', () => {
    test('200 with less than held: the rest goes back', async () => {
      const customer = await server.customer()
      const hold = await authorize(customer, 60)
      expect(await used(customer)).toBe('60')
      expect(await on(hold, 'capture', { usage: { units: 25 } })).toMatchObject({
        status: 200,
        body: {
          hold: { id: hold, status: 'captured', granted: '60', held: '0', captured: '25' },
          cost: '25',
          fromHold: '25',
          drawnAnew: '0',
          absorbed: '0',
          released: '35',
        },
      })
      expect(await used(customer)).toBe('25')
    })

    test('200 in parts: the hold stays open until the last', async () => {
      const hold = await authorize(await server.customer(), 60)
      const first = await on(hold, 'capture', { usage: { units: 10 }, final: false })
      expect(first.body).toMatchObject({ hold: { status: 'open', held: '50' }, released: '0' })
      expect((await on(hold, 'capture', { usage: { units: 0 } })).body).toMatchObject({
        hold: { status: 'captured', captured: '10' },
        released: '50',
      })
    })

    test('200 with more than held: drawn anew, and what nothing covers is absorbed', async () => {
      const customer = await server.customer()
      const { body } = await on(await authorize(customer, 60), 'capture', { usage: { units: 130 } })
      expect(body).toMatchObject({ cost: '130', fromHold: '60', drawnAnew: '40', absorbed: '30', debt: '0' })
    })

    test('200 again for the same key, byte for byte; one usage event', async () => {
      const customer = await server.customer()
      const hold = await authorize(customer, 60)
      const body = { usage: { units: 5 } }
      const [first, again] = [
        await on(hold, 'capture', body, { idempotencyKey: 'cap' }),
        await on(hold, 'capture', body, { idempotencyKey: 'cap' }),
      ]
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([200, first.text, 'true'])
      expect((await server.call('GET', `/customers/${customer}/usage-events`)).body.items).toHaveLength(1)
    })

    test('410 of a hold that was captured or released, with another key', async () => {
      const customer = await server.customer()
      const [captured, released] = [await authorize(customer, 1), await authorize(customer, 1)]
      await on(captured, 'capture', { usage: { units: 1 } })
      await on(released, 'release')
      expect(await on(captured, 'capture', { usage: { units: 1 } })).toMatchObject({
        status: 410,
        body: { type: '/docs/problems/hold-closed', holdStatus: 'captured' },
      })
      expect(await on(released, 'capture', { usage: { units: 1 } })).toMatchObject({
        status: 410,
        body: { holdStatus: 'released' },
      })
    })

    test('422 with the same key and another input, or for another hold', async () => {
      const customer = await server.customer()
      const [a, b] = [await authorize(customer, 10), await authorize(customer, 10)]
      await on(a, 'capture', { usage: { units: 1 } }, { idempotencyKey: 'two' })
      expect((await on(a, 'capture', { usage: { units: 2 } }, { idempotencyKey: 'two' })).status).toBe(422)
      expect((await on(b, 'capture', { usage: { units: 1 } }, { idempotencyKey: 'two' })).status).toBe(422)
    })

    test.each([
      [{}, ''],
      [{ usage: { units: 1 }, cost: '1' }, ''],
      [{ usage: { units: -1 } }, '/usage/units'],
      [{ cost: '-1' }, '/cost'],
      [{ usage: { gold: 1 } }, '/usage/gold'],
      [{ usage: { units: 1 }, final: 'no' }, '/final'],
      [{ usage: { units: 1 }, hold: 'x' }, '/hold'],
    ])('400 of %j', async (body, pointer) => {
      const hold = await authorize(await server.customer(), 1)
      expect(await on(hold, 'capture', body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
      expect((await on(hold, 'release')).status).toBe(200)
    })
  })

  describe('extend', () => {
    test('200: later, never past the latest expiry', async () => {
      const hold = await authorize(await server.customer(), 1, { ttlSeconds: 60 })
      const { status, body } = await on(hold, 'extend', { ttlSeconds: 2_592_000 }, { idempotencyKey: null })
      expect([status, body.hold.expiresAt]).toEqual([200, body.hold.latestExpiry])
    })
    test('200 without a time: as the policy says', async () => {
      const hold = await authorize(await server.customer(), 1, { ttlSeconds: 1 })
      const { body } = await on(hold, 'extend')
      expect(Date.parse(body.hold.expiresAt) - Date.parse(body.hold.placedAt)).toBeGreaterThan(800_000)
    })
  })

  describe('release', () => {
    test('200: everything goes back, once', async () => {
      const customer = await server.customer()
      const hold = await authorize(customer, 60)
      const first = await on(hold, 'release', {}, { idempotencyKey: 'rel' })
      expect(first).toMatchObject({ status: 200, body: { hold: { status: 'released' }, released: '60' } })
      expect((await on(hold, 'release', {}, { idempotencyKey: 'rel' })).text).toBe(first.text)
      expect((await on(hold, 'release')).status).toBe(410)
      expect(await used(customer)).toBe('0')
    })
  })

  describe('report', () => {
    test('200: kept for expiry; the hold stays as it is', async () => {
      const hold = await authorize(await server.customer(), 60)
      expect(await on(hold, 'report', { usage: { units: 30 } })).toMatchObject({
        status: 200,
        body: { hold: { status: 'open', held: '60' } },
      })
    })
    test('400 of usage that expiry could not price', async () => {
      const hold = await authorize(await server.customer(), 60)
      expect(await on(hold, 'report', { usage: { gold: 1 } })).toMatchObject({ status: 400 })
    })
  })

  test.each(['capture', 'extend', 'release', 'report'])(
    '404 of %s for a hold that is missing, malformed or of somebody else, all alike',
    async (verb) => {
      const body = verb === 'capture' || verb === 'report' ? { usage: { units: 1 } } : {}
      const [own, other] = [await server.customer(), await server.customer()]
      const foreign = await authorize(other, 1)
      const key = await server.keyFor(own, ['decide'])
      const replies = [
        await on(foreign, verb, body, { key }),
        await on(MISSING, verb, body, { key }),
        await on(MISSING, verb, body),
        await on('hold_1', verb, body),
      ]
      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404])
      expect(replies.map(({ body: said }) => said.detail)).toEqual(
        Array.from({ length: 4 }, () => 'There is no such hold. Check the id and whose it is.'),
      )
      expect((await on(foreign, 'release')).status).toBe(200)
    },
  )
}
