import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import { type TestServer, testServer } from '../../../tests/api/server.ts'
import { stripePayments } from '../../adapters/payments/stripe/payments.ts'
import { type StripeServer, startStripeServer, stripeSignature } from '../../adapters/payments/testing/stripe-server.ts'
import { testClock } from '../../adapters/system/test-clock.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const KEYS = { secretKey: 'sk_test_1', webhookSecret: 'whsec_1' }
const clock = testClock(AT)
let stripe: StripeServer
let server: TestServer
let posted: { body: string; signature: string }[] = []

beforeAll(async () => {
  stripe = await startStripeServer({ ...KEYS, nowMs: clock.nowMs })
  stripe.desk.deliverTo(async (body, signature) => void posted.push({ body, signature }))
  server = await testServer({
    kind: 'memory',
    clock,
    payments: { payments: stripePayments({ ...KEYS, apiBase: stripe.url }), desk: null },
    policy: {
      ...TEST_POLICY,
      packs: [
        { id: 'small', title: '100 units', credits: '100', priceMinor: 400, currency: 'EUR', expiresAfterDays: 30 },
      ],
    },
  })
})
afterAll(async () => {
  await server.close()
  await stripe.close()
})

/** Posts to the webhook endpoint as the processor does, past the API's credentials. */
function post(body: string | null, headers: Record<string, string> = {}, method = 'POST'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.baseUrl}/webhooks/stripe`, { method, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject)
    request.end(body ?? undefined)
  })
}
const signed = (body: string, signature: string) => post(body, { 'stripe-signature': signature })

async function begun(): Promise<{ id: string; customer: string; reference: string }> {
  const customer = await server.customer()
  const { status, body } = await server.call('POST', `/customers/${customer}/purchases`, { pack: 'small' })
  expect([status, body.status, body.checkoutUrl]).toEqual([201, 'awaiting_payment', expect.stringMatching(/^https/)])
  return { id: body.id, customer, reference: body.checkoutUrl.split('/').at(-1) }
}
const read = async (id: string) => (await server.call('GET', `/purchases/${id}`)).body

describe('purchases', () => {
  test('201, once for a key; 422 of the same key for another pack; 409 of a pack that is not sold', async () => {
    const customer = await server.customer()
    const buy = (pack: string, idempotencyKey = 'one') =>
      server.call('POST', `/customers/${customer}/purchases`, { pack }, { idempotencyKey })
    const [first, again] = [await buy('small'), await buy('small')]
    expect([again.status, again.body.id, again.body.checkoutUrl]).toEqual([201, first.body.id, first.body.checkoutUrl])
    expect((await buy('large', 'two')).body.type).toBe('/docs/problems/nothing-sold')
    expect((await server.call('GET', `/customers/${customer}/purchases`)).body.items).toHaveLength(1)
  })

  test('200 of a purchase that is paid, credited and refunded; its credits come and go', async () => {
    const { id, customer, reference } = await begun()
    await stripe.desk.pay(reference, 'success')
    for (const { body, signature } of posted.splice(0)) expect(await signed(body, signature)).toBe(200)
    expect(await read(id)).toMatchObject({
      status: 'credited',
      grant: expect.stringMatching(/^grt_/),
      refundedMinor: '0',
    })
    const balance = async () => (await server.call('GET', `/customers/${customer}/access`)).body.balance.available
    expect(await balance()).toBe('100')
    const refund = (body: unknown) => server.call('POST', `/purchases/${id}/refund`, body)
    expect(await refund({ minor: '401' })).toMatchObject({ status: 409, body: { leftMinor: '400' } })
    expect((await refund({ minor: '-1' })).status).toBe(400)
    expect((await refund({ minor: '100' })).body).toMatchObject({ status: 'credited', refundedMinor: '100' })
    expect(await balance()).toBe('75')
    expect((await refund({})).body).toMatchObject({ status: 'refunded', refundedMinor: '400' })
    expect(await balance()).toBe('0')
  })

  test('503 while the processor fails; the same key goes on afterwards', async () => {
    const customer = await server.customer()
    const buy = () =>
      server.call('POST', `/customers/${customer}/purchases`, { pack: 'small' }, { idempotencyKey: 'k' })
    stripe.failWith(500)
    expect(await buy()).toMatchObject({ status: 503, body: { type: '/docs/problems/processor-unavailable' } })
    stripe.failWith(null)
    expect((await buy()).status).toBe(201)
  })

  test('another customer’s key is told of no purchase', async () => {
    const { id } = await begun()
    const key = await server.keyFor(await server.customer(), ['read'])
    expect((await server.call('GET', `/purchases/${id}`, undefined, { key })).status).toBe(404)
  })
})

describe('POST /webhooks/stripe', () => {
  test('200, and 200 without effect for the same id again', async () => {
    const { id, reference } = await begun()
    await stripe.desk.pay(reference, 'success')
    const [webhook] = posted.splice(0)
    expect(await signed(webhook!.body, webhook!.signature)).toBe(200)
    const first = await read(id)
    expect(await signed(webhook!.body, webhook!.signature)).toBe(200)
    expect(await read(id)).toEqual(first)
  })

  test('401 unsigned, badly signed, of another secret, and older than five minutes: nothing changes', async () => {
    const { id, reference } = await begun()
    await stripe.desk.pay(reference, 'success')
    const { body } = posted.splice(0)[0]!
    expect(await post(body)).toBe(401)
    expect(await signed(body, 't=1,v1=00')).toBe(401)
    expect(await signed(body, stripeSignature(body, 'whsec_2', clock.nowMs()))).toBe(401)
    expect(await signed(body, stripeSignature(body, KEYS.webhookSecret, clock.nowMs() - 5 * 60_000 - 1_000))).toBe(401)
    expect(await signed(`${body} `, stripeSignature(body, KEYS.webhookSecret, clock.nowMs()))).toBe(401)
    expect((await read(id)).status).toBe('awaiting_payment')
    expect(await signed(body, stripeSignature(body, KEYS.webhookSecret, clock.nowMs()))).toBe(200)
    expect((await read(id)).status).toBe('credited')
  })

  test('200 of an event that is nobody’s, 400 of no event, 405 of another method, 413 of a large one', async () => {
    const foreign = JSON.stringify({
      id: 'evt_x',
      object: 'event',
      type: 'payment_intent.succeeded',
      created: AT / 1000,
      data: { object: { id: 'pi_foreign', metadata: {}, amount_received: 1, currency: 'eur' } },
    })
    const sign = (body: string) => signed(body, stripeSignature(body, KEYS.webhookSecret, clock.nowMs()))
    expect(await sign(foreign)).toBe(200)
    expect(
      await sign(JSON.stringify({ id: 'evt_y', object: 'event', type: 'customer.created', data: { object: {} } })),
    ).toBe(200)
    expect(await sign('{')).toBe(400)
    expect(await post(null, {}, 'GET')).toBe(405)
    expect(await post('x'.repeat(1_000_001), { 'stripe-signature': 't=1,v1=00' })).toBe(413)
  })

  test('503 while the processor cannot say whose it is, so that it comes again', async () => {
    const body = JSON.stringify({
      id: 'evt_z',
      object: 'event',
      type: 'charge.dispute.created',
      created: AT / 1000,
      data: { object: { id: 'dp_z', object: 'dispute', payment_intent: 'pi_unknown', metadata: {} } },
    })
    stripe.failWith(500)
    expect(await signed(body, stripeSignature(body, KEYS.webhookSecret, clock.nowMs()))).toBe(503)
    stripe.failWith(null)
  })

  test('404 where Stripe is not the processor', async () => {
    const without = await testServer({ kind: 'memory' })
    const status = await fetch(`${without.baseUrl}/webhooks/stripe`, { method: 'POST', body: '{}' }).then(
      (one) => one.status,
    )
    expect(status).toBe(404)
    await without.close()
  })
})
