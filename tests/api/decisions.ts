import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reply, TestServer } from './server.ts'

/** What `POST /decisions` must answer, on every store. */
export function describeDecisions(start: () => Promise<TestServer>): void {
  let server: TestServer
  let customer: string
  beforeAll(async () => {
    server = await start()
    customer = await server.customer()
  })
  afterAll(() => server.close())

  const request = (more: Record<string, unknown> = {}) => ({ customer, feature: 'work', usage: { units: 1 }, ...more })
  const decide = (more: Record<string, unknown> = {}, asking = {}): Promise<Reply> =>
    server.call('POST', '/decisions', request(more), asking)
  const units = (count: number) => ({ usage: { units: count } })

  describe('200', () => {
    test('consume takes from the included window and says what is left', async () => {
      const id = await server.customer()
      const reply = await decide({ customer: id, ...units(30) })
      expect(reply).toMatchObject({
        status: 200,
        headers: {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          'ratelimit-policy': '"five_hour";q=100;w=18000;qu="micro-credits"',
          ratelimit: '"five_hour";r=70;t=18000',
        },
        body: {
          outcome: 'allowed',
          cost: '30',
          granted: '30',
          funding: [{ layer: 'included', source: 'five_hour', amount: '30', before: '100', after: '70' }],
          hold: null,
          windows: [{ id: 'five_hour', limit: '100', used: '30', remaining: '70' }],
          policyVersion: 1,
          stateVersion: '2',
        },
      })
      expect(reply.headers['retry-after']).toBeUndefined()
      expect(reply.headers['x-powered-by']).toBeUndefined()
    })

    test('the window first, then grants by priority, then credits', async () => {
      const id = await server.customer({ consent: 'on' })
      await server.grant(id, 50, { kind: 'promotion', priority: 5 })
      await server.grant(id, 500)
      const { body } = await decide({ customer: id, ...units(200) })
      expect(body.funding.map((line: Record<string, string>) => [line['layer'], line['amount']])).toEqual([
        ['included', '100'],
        ['promotion', '50'],
        ['credits', '50'],
      ])
    })

    test('attributes choose the price', async () => {
      const id = await server.customer()
      expect((await decide({ customer: id, attributes: { model: 'large' }, ...units(7) })).body.cost).toBe('14')
    })

    test('a part of it, when a part is acceptable', async () => {
      const id = await server.customer()
      const { status, body } = await decide({ customer: id, ...units(150), acceptPartial: true, minimum: '20' })
      expect([status, body.outcome, body.cost, body.granted]).toEqual([200, 'partial', '150', '100'])
    })

    test('a cost decided elsewhere', async () => {
      const id = await server.customer()
      expect((await decide({ customer: id, usage: undefined, cost: '12' })).body).toMatchObject({
        outcome: 'allowed',
        cost: '12',
      })
    })

    test('the same key and input: the original answer, byte for byte, and once', async () => {
      const id = await server.customer()
      const [first, again] = [
        await decide({ customer: id, ...units(10) }, { idempotencyKey: 'once' }),
        await decide({ ...units(10), customer: id }, { idempotencyKey: '"once"' }),
      ]
      expect([again.status, again.text]).toEqual([200, first.text])
      expect(first.headers['idempotency-replayed']).toBeUndefined()
      expect(again.headers['idempotency-replayed']).toBe('true')
      expect(again.headers['ratelimit-policy']).toBe(first.headers['ratelimit-policy'])
      expect((await server.call('GET', `/customers/${id}/access`)).body.windows[0].used).toBe('10')
    })

    test('two customers may use the same key', async () => {
      const [a, b] = [await server.customer(), await server.customer()]
      const replies = [
        await decide({ customer: a }, { idempotencyKey: 'shared' }),
        await decide({ customer: b }, { idempotencyKey: 'shared' }),
      ]
      expect(replies.map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
        [200, undefined],
        [200, undefined],
      ])
    })

    test('a dry run gives the answer without an effect, a record or a key', async () => {
      const id = await server.customer()
      const reply = await decide(
        { customer: id, ...units(60), dryRun: true, mode: 'authorize' },
        { idempotencyKey: null },
      )
      expect(reply).toMatchObject({
        status: 200,
        body: { id: null, dryRun: true, outcome: 'allowed', granted: '60', hold: null, explainUrl: null },
      })
      expect((await server.call('GET', `/customers/${id}/access`)).body).toMatchObject({
        stateVersion: '1',
        openHoldsTotal: 0,
      })
    })

    test('a customer key decides for its own customer', async () => {
      const id = await server.customer()
      const key = await server.keyFor(id, ['decide'])
      expect((await decide({ customer: id }, { key })).status).toBe(200)
    })

    test('the id of a request and its trace come back', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
      const { headers } = await decide({ dryRun: true }, { headers: { 'x-request-id': 'req-1', traceparent } })
      expect([headers['x-request-id'], headers['traceparent']]).toEqual(['req-1', traceparent])
      const { headers: other } = await decide(
        { dryRun: true },
        { headers: { 'x-request-id': 'a b', traceparent: 'nonsense' } },
      )
      expect([other['x-request-id'] === 'a b', other['traceparent']]).toEqual([false, undefined])
    })

    test('the stored decision is read back with its trace', async () => {
      const id = await server.customer()
      const made = await decide({ customer: id, ...units(5), subject: 'member-1' })
      const { status, body } = await server.call('GET', `/decisions/${made.body.id}`)
      expect(status).toBe(200)
      expect(body.answer).toEqual(made.body)
      expect(body.request).toMatchObject({ subject: 'member-1', usage: { units: 5 }, mode: 'consume' })
      expect(body.trace.map((step: { step: string; verdict: string }) => [step.step, step.verdict])).toEqual([
        ['gate', 'passed'],
        ['included', 'took'],
        ['outcome', 'passed'],
      ])
      expect(body.trace.every((step: { sentence: string }) => step.sentence.endsWith('.'))).toBe(true)
    })
  })

  describe('200 otherwise', () => {
    test('the same request with more credits, or under another version, and nothing is changed by asking', async () => {
      const id = await server.customer({ consent: 'on' })
      const denied = await decide({ customer: id, ...units(130) })
      expect(denied.body).toMatchObject({ outcome: 'denied', detail: expect.stringContaining('Add 0.00003 credits') })
      const ask = async (query: string) =>
        (await server.call('GET', `/decisions/${denied.body.id}${query}`)).body.whatIf
      expect(await ask('')).toBeUndefined()
      expect(await ask('?moreCredits=29')).toMatchObject({ outcome: 'denied', reason: 'credits_insufficient' })
      expect(await ask('?moreCredits=30')).toMatchObject({ outcome: 'allowed', granted: '130', moreCredits: '30' })
      expect(await ask('?policyVersion=1')).toMatchObject({ outcome: 'denied', policyVersion: 1, moreCredits: '0' })
      const again = await decide({ customer: id, ...units(130) })
      expect(again.body).toMatchObject({ outcome: 'denied', stateVersion: denied.body.stateVersion })
    })

    test('a version that is not there is 404, one that is no number 400', async () => {
      const { body } = await decide()
      expect(await server.call('GET', `/decisions/${body.id}?policyVersion=99`)).toMatchObject({ status: 404 })
      expect(await server.call('GET', `/decisions/${body.id}?policyVersion=x`)).toMatchObject({ status: 400 })
    })
  })

  describe('402', () => {
    test('no credits: says how many are missing, and nothing changes', async () => {
      const id = await server.customer({ consent: 'on' })
      const { status, headers, body } = await decide({ customer: id, ...units(150) })
      expect(status).toBe(402)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(body).toMatchObject({
        type: '/docs/problems/credits-insufficient',
        status: 402,
        outcome: 'denied',
        granted: '0',
        reason: 'credits_insufficient',
        instance: `/api/v1/decisions/${body.id}`,
      })
      expect(body.waysOn).toContainEqual({ kind: 'credits', amount: '50', microCredits: '50' })
      expect((await server.call('GET', `/customers/${id}/access`)).body).toMatchObject({
        stateVersion: '1',
        windows: [{ used: '0' }],
      })
    })

    test('consent is asked for, given once, and used once', async () => {
      const id = await server.customer({ consent: 'ask' })
      await server.grant(id, 500)
      const asked = await decide({ customer: id, ...units(150) })
      expect(asked).toMatchObject({
        status: 402,
        body: { type: '/docs/problems/consent-required', reason: 'consent_required' },
      })
      const consent = asked.body.waysOn.find((way: { kind: string }) => way.kind === 'consent')
      expect(consent.microCredits).toBe('50')

      const given = await decide(
        { customer: id, ...units(150), consent: consent.token },
        { idempotencyKey: 'with-consent' },
      )
      expect(given).toMatchObject({
        status: 200,
        body: { granted: '150', funding: [{ layer: 'included' }, { layer: 'credits', amount: '50' }] },
      })
      const replayed = await decide(
        { customer: id, ...units(150), consent: consent.token },
        { idempotencyKey: 'with-consent' },
      )
      expect([replayed.status, replayed.text]).toEqual([200, given.text])
      const second = await decide({ customer: id, ...units(40), consent: consent.token })
      expect(second).toMatchObject({ status: 402, body: { type: '/docs/problems/consent-spent' } })
    })

    test('a spend cap holds the most that is drawn', async () => {
      const id = await server.customer({ consent: 'on' })
      await server.grant(id, 5_000)
      expect(await decide({ customer: id, ...units(1_101) })).toMatchObject({
        status: 402,
        body: { reason: 'spend_cap_reached', source: 'monthly' },
      })
      expect((await decide({ customer: id, ...units(1_100) })).status).toBe(200)
    })

    test('a request draws no more than it said', async () => {
      const id = await server.customer({ consent: 'on' })
      await server.grant(id, 500)
      expect(await decide({ customer: id, ...units(150), maxCredits: '49' })).toMatchObject({
        status: 402,
        body: { reason: 'max_credits_reached' },
      })
    })
  })

  describe('403', () => {
    test('a feature that the tier does not include', async () => {
      expect(await decide({ feature: 'video' })).toMatchObject({
        status: 403,
        body: { type: '/docs/problems/feature-not-entitled', reason: 'feature_not_entitled', retryable: false },
      })
    })

    test('a suspended customer', async () => {
      const id = await server.customer()
      await server.call('PATCH', `/customers/${id}`, { status: 'suspended' })
      expect(await decide({ customer: id })).toMatchObject({
        status: 403,
        body: { type: '/docs/problems/customer-suspended' },
      })
    })

    test('a key without the scope', async () => {
      const key = await server.keyFor(null, ['read'])
      expect(await decide({}, { key })).toMatchObject({
        status: 403,
        body: { type: '/docs/problems/missing-scope', scope: 'decide' },
      })
    })

    test('a cost without the scope for prices', async () => {
      const key = await server.keyFor(null, ['decide'])
      expect(await decide({ usage: undefined, cost: '5' }, { key })).toMatchObject({
        status: 403,
        body: { scope: 'price' },
      })
    })
  })

  describe('404', () => {
    test('a customer that is missing and one of somebody else answer alike', async () => {
      const [own, other] = [await server.customer(), await server.customer()]
      const key = await server.keyFor(own, ['decide'])
      const missing = await decide({ customer: `cus_${'0'.repeat(32)}` }, { key })
      const foreign = await decide({ customer: other }, { key })
      expect([foreign.status, foreign.text]).toEqual([404, missing.text])
      expect((await decide({ customer: `cus_${'0'.repeat(32)}` })).text).toBe(missing.text)
    })

    test.each(['unknown', 'constructor', 'toString', 'hasOwnProperty'])('feature %s', async (feature) => {
      expect(await decide({ feature })).toMatchObject({ status: 404, body: { type: '/docs/problems/unknown-feature' } })
    })
  })

  describe('422', () => {
    test('the same key with another input', async () => {
      const id = await server.customer()
      await decide({ customer: id, ...units(1) }, { idempotencyKey: 'reused' })
      expect(await decide({ customer: id, ...units(2) }, { idempotencyKey: 'reused' })).toMatchObject({
        status: 422,
        body: { type: '/docs/problems/idempotency-key-reused' },
      })
    })

    test('a cost above what an amount may be', async () => {
      const id = await server.customer({ tier: 'bare' })
      expect(await decide({ customer: id, feature: 'dear', usage: { gold: 9 } })).toMatchObject({ status: 402 })
      expect(await decide({ customer: id, feature: 'dear', usage: { gold: 10 } })).toMatchObject({
        status: 422,
        body: { type: '/docs/problems/amount-overflow' },
      })
    })
  })

  describe('429', () => {
    test('an included window that is used up: wait until its reset', async () => {
      const id = await server.customer()
      await decide({ customer: id, ...units(100) })
      const { status, headers, body } = await decide(
        { customer: id, ...units(1), includedOnly: true },
        { idempotencyKey: 'wait' },
      )
      expect(status).toBe(429)
      expect(body).toMatchObject({
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        'violated-policies': ['five_hour'],
        reason: 'included_exhausted',
        retryable: true,
      })
      const wait = Math.ceil((Date.parse(body.retryAt) - Date.parse(headers['date'] as string)) / 1000)
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(wait - 1)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(wait + 31)
      expect(headers['ratelimit']).toMatch(/^"five_hour";r=0;t=\d+$/)
    })

    test('a guard', async () => {
      const id = await server.customer({ tier: 'guarded' })
      expect((await decide({ customer: id })).status).toBe(200)
      expect(await decide({ customer: id })).toMatchObject({
        status: 429,
        body: { reason: 'burst_exceeded', layer: 'guard', source: 'once' },
      })
    })

    test('a storm of the same denial is counted, not recorded, and every key keeps its answer', async () => {
      const id = await server.customer()
      await decide({ customer: id, ...units(100) })
      const storm = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          decide({ customer: id, includedOnly: true }, { idempotencyKey: `storm-${i}` }),
        ),
      )
      expect(new Set(storm.map(({ status }) => status))).toEqual(new Set([429]))
      const ids = new Set(storm.map(({ body }) => body.id))
      expect(ids.size).toBe(10)
      for (const [i, first] of [...storm.entries()].filter(([i]) => i % 13 === 0)) {
        const again = await decide({ customer: id, includedOnly: true }, { idempotencyKey: `storm-${i}` })
        expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
        expect((await server.call('GET', `/decisions/${first.body.id}`)).status).toBe(200)
      }
      expect(
        await decide({ customer: id, includedOnly: true, ...units(2) }, { idempotencyKey: 'storm-39' }),
      ).toMatchObject({ status: 422 })
    })
  })

  describe('503', () => {
    test('a feature that is switched off', async () => {
      expect(await decide({ feature: 'off' })).toMatchObject({
        status: 503,
        body: { type: '/docs/problems/feature-disabled', reason: 'feature_disabled' },
      })
    })
  })

  test('200 clients at the edge of zero are admitted exactly as many times as the balance pays', async () => {
    const id = await server.customer({ tier: 'bare', consent: 'on' })
    await server.grant(id, 70 * 3 + 2)
    const replies = await Promise.all(Array.from({ length: 200 }, () => decide({ customer: id, ...units(3) })))
    const count = (status: number) => replies.filter((reply) => reply.status === status).length
    expect([count(200), count(402)]).toEqual([70, 130])
    expect((await server.call('GET', `/customers/${id}/access`)).body.balance.available).toBe('2')
  })
}
