import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWork } from '../../src/main/work.ts'
import { newEndings } from '../../src/main/endings.ts'
import { TEST_POLICY } from './policy.ts'
import type { TestServer } from './server.ts'

/** Customers, grants, datasets, reported usage and the policy, on every store. */
export function describeProvisioning(start: () => Promise<TestServer>): void {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.close())

  const access = async (customer: string) => (await server.call('GET', `/customers/${customer}/access`)).body

  describe('POST /customers', () => {
    test('201 with an id, and where to look', async () => {
      const { status, headers, body } = await server.call('POST', '/customers', {
        externalId: 'ext-1',
        name: 'Ada',
        kind: 'person',
        tier: 'small',
        timeZone: 'Europe/Berlin',
        consent: 'ask',
      })
      expect([status, headers['location']]).toEqual([201, `/api/v1/customers/${body.id}/access`])
      expect(body).toMatchObject({
        externalId: 'ext-1',
        name: 'Ada',
        kind: 'person',
        status: 'active',
        tier: 'small',
        timeZone: 'Europe/Berlin',
        consent: 'ask',
        stateVersion: '1',
      })
      expect(await access(body.id)).toMatchObject({
        customer: body.id,
        tier: { id: 'small', title: 'Small' },
        balance: { available: '0', held: '0', pending: '0', expiring: '0' },
      })
    })
    test('409 names the customer who has the external id', async () => {
      const made = { externalId: 'ext-2', name: 'A', kind: 'person', tier: 'small' }
      const first = await server.call('POST', '/customers', made)
      expect(await server.call('POST', '/customers', made)).toMatchObject({
        status: 409,
        body: { type: '/docs/problems/customer-exists', customer: first.body.id },
      })
    })
    test('the same key creates once, without an external id too', async () => {
      const make = (name: string) =>
        server.call('POST', '/customers', { name, kind: 'person', tier: 'small' }, { idempotencyKey: 'signup-7' })
      const [first, again, other] = [await make('Ada'), await make('Ada'), await make('Grace')]
      expect([first.status, first.headers['idempotency-replayed']]).toEqual([201, undefined])
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
      expect(again.headers['location']).toBe(first.headers['location'])
      expect([other.status, other.body.type]).toEqual([422, '/docs/problems/idempotency-key-reused'])
      const created = (await server.engine.audit.page(null, 500)).filter(
        ({ action, target }) => action === 'customer.create' && target === first.body.id,
      )
      expect(created).toHaveLength(1)
    })
    test.each([
      [{ tier: 'gold' }, '/tier'],
      [{ tier: 'constructor' }, '/tier'],
      [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
      [{ kind: 'robot' }, '/kind'],
      [{ name: '' }, '/name'],
      [{ status: 'active' }, '/status'],
      [{ consent: 'yes' }, '/consent'],
      [{ balance: '5' }, '/balance'],
    ])('400 of %j', async (more, pointer) => {
      expect(
        await server.call('POST', '/customers', { name: 'A', kind: 'person', tier: 'small', ...more }),
      ).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    })
  })

  describe('PATCH /customers/{id}', () => {
    test('200: what is named changes, the rest stays, and the audit log says so', async () => {
      const id = await server.customer({ name: 'Before' })
      const caps = [{ id: 'mine', scope: 'subject', subject: 'member-1', limit: '5', period: 'day' }]
      const overrides = [
        { target: { kind: 'window', id: 'five_hour' }, limit: '7', reason: 'asked', expiresAt: '2999-01-01T00:00:00Z' },
      ]
      const { status, body } = await server.call('PATCH', `/customers/${id}`, {
        name: 'After',
        consent: 'on',
        caps,
        overrides,
        reason: 'test',
      })
      expect([status, body.name, body.consent, body.tier, body.stateVersion]).toEqual([
        200,
        'After',
        'on',
        'small',
        '2',
      ])
      expect([body.caps, body.overrides]).toEqual([caps, [{ ...overrides[0], expiresAt: '2999-01-01T00:00:00.000Z' }]])
      expect((await access(id)).windows[0].limit).toBe('7')
      const entries = await server.engine.audit.page(null, 500)
      expect(entries.findLast((entry) => entry.target === id)).toMatchObject({
        action: 'customer.update',
        reason: 'test',
        detail: { before: { consent: 'off' }, after: { consent: 'on', name: 'After' } },
      })
    })
    test('200 again for the same key', async () => {
      const id = await server.customer()
      const [first, again] = [
        await server.call('PATCH', `/customers/${id}`, { consent: 'on' }, { idempotencyKey: 'p' }),
        await server.call('PATCH', `/customers/${id}`, { consent: 'on' }, { idempotencyKey: 'p' }),
      ]
      expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    })
    test.each([
      [{}, ''],
      [{ reason: 'x' }, ''],
      [{ tier: 'gold' }, '/tier'],
      [{ name: 'x', balance: '5' }, '/balance'],
      [{ overrides: [{ target: { kind: 'window', id: 'w' }, limit: '-1', reason: 'r' }] }, '/overrides/0/limit'],
    ])('400 of %j', async (change, pointer) => {
      expect(await server.call('PATCH', `/customers/${await server.customer()}`, change)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer }] },
      })
    })
    test('404', async () => {
      expect((await server.call('PATCH', `/customers/cus_${'0'.repeat(32)}`, { name: 'x' })).status).toBe(404)
    })
  })

  describe('POST /customers/{id}/grants', () => {
    test('201; it can be spent by the next request', async () => {
      const id = await server.customer({ tier: 'bare', consent: 'on' })
      const { status, body } = await server.grant(id, 50, {
        priority: 3,
        features: ['work'],
        expiresAt: '2999-01-01T00:00:00Z',
        reason: 'welcome',
      })
      expect([status, body.amount, body.priority, body.features]).toEqual([201, '50', 3, ['work']])
      expect(
        (await server.call('POST', '/decisions', { customer: id, feature: 'work', usage: { units: 50 } })).body.funding,
      ).toMatchObject([{ layer: 'credits', source: body.id, before: '50', after: '0' }])
    })
    test('the same key gives once', async () => {
      const id = await server.customer()
      const give = (amount: string) =>
        server.call('POST', `/customers/${id}/grants`, { kind: 'credits', amount }, { idempotencyKey: 'g' })
      const [first, again, other] = [await give('5'), await give('5'), await give('6')]
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
      expect(other.status).toBe(422)
      expect((await access(id)).balance.available).toBe('5')
    })
    test.each(['0', '-5', '1.5', '1e9', '9223372036854775808'])('400 of %s', async (amount) => {
      const id = await server.customer()
      expect(await server.call('POST', `/customers/${id}/grants`, { kind: 'credits', amount })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/amount' }] },
      })
    })
    test('422 above 2^63 - 1 in sum, and of what has expired', async () => {
      const id = await server.customer()
      await server.grant(id, 9_223_372_036_854_775_807n)
      expect(await server.grant(id, 1)).toMatchObject({
        status: 422,
        body: { type: '/docs/problems/overflow', instance: `/api/v1/customers/${id}/grants` },
      })
      expect((await server.grant(await server.customer(), 1, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(422)
    })
    test('404', async () => {
      expect((await server.grant(`cus_${'0'.repeat(32)}`, 1)).status).toBe(404)
    })
  })

  describe('POST /usage-events', () => {
    const SINGLE = { 'content-type': 'application/cloudevents+json' }
    const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
    const event = (
      customer: string,
      id: string,
      more: Record<string, unknown> = {},
      data: Record<string, unknown> = {},
    ) => ({
      specversion: '1.0',
      id,
      source: '/worker/1',
      type: 'usage',
      ...more,
      data: { customer, feature: 'work', usage: { units: 10 }, ...data },
    })
    const tell = (body: unknown, headers: Record<string, string> = SINGLE) =>
      server.call('POST', '/usage-events', body, { headers, idempotencyKey: null })

    test('201, once for each (source, id), in whatever order and however often', async () => {
      const id = await server.customer()
      const first = await tell(event(id, 'a'))
      expect(first).toMatchObject({
        status: 201,
        body: {
          id: 'a',
          source: '/worker/1',
          customer: id,
          cost: '10',
          lines: [{ kind: 'window', source: 'five_hour', amount: '10' }],
        },
      })
      const again = await tell(event(id, 'a'))
      expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
      const batch = await tell([event(id, 'b'), event(id, 'a'), event(id, 'a', { source: '/worker/2' })], BATCH)
      expect(
        batch.body.answers.map((one: { status: number; replayed: boolean }) => [one.status, one.replayed]),
      ).toEqual([
        [201, false],
        [201, true],
        [201, false],
      ])
      expect((await access(id)).windows[0].used).toBe('30')
      expect((await server.call('GET', `/customers/${id}/usage-events`)).body.items[0].origin).toMatchObject({
        kind: 'reported',
        source: '/worker/2',
        eventId: 'a',
      })
    })
    test('201 in binary mode', async () => {
      const id = await server.customer()
      const headers = {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': 'bin%201',
        'ce-source': '/b',
        'ce-type': 'usage',
      }
      expect(await tell(event(id, '').data, headers)).toMatchObject({
        status: 201,
        body: { id: 'bin 1', source: '/b' },
      })
    })
    test('201 a day late; what nothing covers is absorbed', async () => {
      const id = await server.customer()
      const time = new Date(server.engine.clock.nowMs() - 24 * 3_600_000).toISOString()
      expect(await tell(event(id, 'late', { time }, { usage: { units: 150 } }))).toMatchObject({
        status: 201,
        body: {
          effectiveAt: time,
          lines: [
            { kind: 'window', amount: '100' },
            { kind: 'absorbed', amount: '50' },
          ],
        },
      })
    })
    test('one bad event spoils only itself', async () => {
      const id = await server.customer()
      const now = server.engine.clock.nowMs()
      const { body } = await tell(
        [
          event(id, 'ok'),
          event(id, 'x', { specversion: '0.3' }),
          event(id, 'y', {}, { feature: 'none' }),
          event(`cus_${'0'.repeat(32)}`, 'z'),
          event(id, 'old', { time: new Date(now - 49 * 3_600_000).toISOString() }),
          event(id, 'soon', { time: new Date(now + 3_600_000).toISOString() }),
          event(id, 'm', {}, { usage: { gold: 1 } }),
          event(id, 'r', {}, { role: 'admin' }),
        ],
        BATCH,
      )
      expect(body.answers.map((one: { status: number }) => one.status)).toEqual([
        201, 400, 404, 404, 400, 400, 400, 400,
      ])
      expect(body.answers[1].body.errors).toMatchObject([{ pointer: '/1/specversion' }])
      expect((await access(id)).windows[0].used).toBe('10')
    })
    test('415 and 403', async () => {
      const id = await server.customer()
      expect((await tell(event(id, 'q'), { 'content-type': 'application/json' })).status).toBe(415)
      const key = await server.keyFor(null, ['decide'])
      expect((await server.call('POST', '/usage-events', event(id, 'q'), { headers: SINGLE, key })).status).toBe(403)
    })
  })

  describe('the three datasets', () => {
    test('200: pages without seams, linked by id from usage to charge to balance', async () => {
      const id = await server.customer({ tier: 'bare', consent: 'on' })
      const grant = await server.grant(id, 100)
      for (let i = 0; i < 5; i++)
        await server.call('POST', '/decisions', { customer: id, feature: 'work', usage: { units: i + 1 } })
      await settle()

      const seen: { id: string; cost: string }[] = []
      let cursor: string | null = null
      for (let page = 0; page < 3; page++) {
        const reply = await server.call(
          'GET',
          `/customers/${id}/usage-events?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
        )
        seen.push(...reply.body.items)
        cursor = reply.body.nextCursor
      }
      expect([seen.map(({ cost }) => cost), cursor]).toEqual([['5', '4', '3', '2', '1'], null])

      const charge = (await server.call('GET', `/customers/${id}/monetization-events?usageEvent=${seen[0]?.id}`)).body
        .items
      expect(charge).toMatchObject([
        {
          usageEvent: seen[0]?.id,
          cost: '5',
          lines: [{ kind: 'grant', layer: 'credits', source: grant.body.id, amount: '5' }],
          arithmetic: [{ meter: 'units', units: 5 }],
        },
      ])
      const updates = (await server.call('GET', `/customers/${id}/balance-updates?grant=${grant.body.id}`)).body.items
      expect(updates[0]).toMatchObject({
        delta: '-5',
        balanceBefore: '90',
        balanceAfter: '85',
        cause: { kind: 'charge', monetizationEvent: charge[0].id },
      })
      expect(updates.map((update: { seq: number }) => update.seq)).toEqual([6, 5, 4, 3, 2, 1])
      expect((await access(id)).balance).toEqual({ available: '85', held: '0', pending: '0', expiring: '0' })
    })
    test('400 with the cursor of another list', async () => {
      const [a, b] = [await server.customer(), await server.customer()]
      for (const customer of [a, a, b])
        await server.call('POST', '/decisions', { customer, feature: 'work', usage: { units: 1 } })
      const { nextCursor } = (await server.call('GET', `/customers/${a}/usage-events?limit=1`)).body
      expect((await server.call('GET', `/customers/${a}/usage-events?cursor=${nextCursor}`)).status).toBe(200)
      expect((await server.call('GET', `/customers/${b}/usage-events?cursor=${nextCursor}`)).status).toBe(400)
      expect((await server.call('GET', `/customers/${a}/balance-updates?cursor=${nextCursor}`)).status).toBe(400)
    })
  })

  describe('the policy', () => {
    test('200, 409 and 400 of a change', async () => {
      const { body } = await server.call('GET', '/policy')
      expect(body).toEqual({ version: 1, document: TEST_POLICY })
      const change = { base: 1, document: { ...TEST_POLICY, title: 'Second' }, note: 'a test' }
      expect(await server.call('PUT', '/policy', change)).toMatchObject({ status: 200, body: { version: 2 } })
      expect(await server.call('PUT', '/policy', change)).toMatchObject({
        status: 409,
        body: { type: '/docs/problems/policy-stale', current: 2 },
      })
      const bad = structuredClone(TEST_POLICY)
      bad.tiers['small']!.windows[0]!.limit = '-1'
      bad.features['work']!.meters = ['none']
      const refused = await server.call('PUT', '/policy', { ...change, base: 2, document: bad })
      expect(refused.status).toBe(400)
      expect(refused.body.errors[0].pointer).toMatch(/^\/document\//)
    })
    test('the next decision cites the new version', async () => {
      const id = await server.customer()
      await expect.poll(async () => (await server.call('GET', '/policy')).body.version).toBe(2)
      expect(
        (await server.call('POST', '/decisions', { customer: id, feature: 'work', usage: { units: 1 } })).body
          .policyVersion,
      ).toBe(2)
    })
  })

  /** Runs the settler until nothing waits. */
  async function settle(): Promise<void> {
    const endings = newEndings((fault) => server.faults.push(fault))
    startWork(server.built, {
      settles: true,
      home: '/nonexistent',
      messages: { smtp: null, origin: 'http://127.0.0.1' },
      endings,
      onFault: (fault) => server.faults.push(fault),
    })
    await expect
      .poll(async () => (await server.engine.settlement.lag(server.engine.clock.nowMs())).dueNotes, { timeout: 10_000 })
      .toBe(0)
    await endings.run()
  }
}
