import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENDPOINTS } from '../../src/api/http/endpoints.ts'
import { SCOPES } from '../../src/ports/key-store.ts'
import { revokeKey } from '../../src/services/key/revoke.ts'
import type { TestServer } from './server.ts'

/** How each kind of caller fares: its own customer, somebody else's, a missing one. */
type Fares = readonly [own: number, other: number, missing: number]

interface Row {
  /** Told of the customer that is asked about, and of things of its. */
  ask(
    server: TestServer,
    at: { customer: string; hold: string; decision: string },
    key: string | null,
  ): Promise<{ status: number }>
  /** A customer key with `decide`, `read` and `ingest`: all that such a key may have. */
  readonly customerKey: Fares | number
  /** A service key with every scope. */
  readonly serviceKey: Fares | number
}

const NOWHERE = '0'.repeat(32)
const get =
  (path: (at: { customer: string; decision: string }) => string): Row['ask'] =>
  (server, at, key) =>
    server.call('GET', path(at), undefined, { key })
const data = (customer: string) => ({ customer, feature: 'work', usage: { units: 1 } })

/** Every operation has a row: a new one without it fails the test below. */
const ROWS: Readonly<Record<string, Row>> = {
  decide: {
    ask: (server, { customer }, key) => server.call('POST', '/decisions', data(customer), { key }),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  decideBatch: {
    ask: async (server, { customer }, key) => {
      const reply = await server.call(
        'POST',
        '/decisions/batch',
        { entries: [{ ...data(customer), idempotencyKey: `m-${customer}-${key}` }] },
        { key },
      )
      return reply.status === 200 ? reply.body.answers[0] : reply
    },
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  getDecision: {
    ask: get(({ decision }) => `/decisions/${decision}`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  captureHold: {
    ask: (server, { hold }, key) =>
      server.call('POST', `/holds/${hold}/capture`, { usage: { units: 0 }, final: false }, { key }),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  extendHold: {
    ask: (server, { hold }, key) => server.call('POST', `/holds/${hold}/extend`, {}, { key }),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  reportHold: {
    ask: (server, { hold }, key) => server.call('POST', `/holds/${hold}/report`, { usage: { units: 1 } }, { key }),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  releaseHold: {
    ask: (server, { hold }, key) => server.call('POST', `/holds/${hold}/release`, {}, { key }),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  getAccess: {
    ask: get(({ customer }) => `/customers/${customer}/access`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  listUsageEvents: {
    ask: get(({ customer }) => `/customers/${customer}/usage-events`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  listMonetizationEvents: {
    ask: get(({ customer }) => `/customers/${customer}/monetization-events`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  listBalanceUpdates: {
    ask: get(({ customer }) => `/customers/${customer}/balance-updates`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  recordUsageEvents: {
    ask: (server, { customer }, key) =>
      server.call(
        'POST',
        '/usage-events',
        { specversion: '1.0', id: `m-${key}`, source: '/m', type: 'u', data: data(customer) },
        { key, headers: { 'content-type': 'application/cloudevents+json' } },
      ),
    customerKey: [201, 404, 404],
    serviceKey: [201, 201, 404],
  },
  createCustomer: {
    ask: (server, _, key) => server.call('POST', '/customers', { name: 'N', kind: 'person', tier: 'small' }, { key }),
    customerKey: 403,
    serviceKey: 201,
  },
  updateCustomer: {
    ask: (server, { customer }, key) => server.call('PATCH', `/customers/${customer}`, { name: 'N' }, { key }),
    customerKey: 403,
    serviceKey: [200, 200, 404],
  },
  createGrant: {
    ask: (server, { customer }, key) =>
      server.call('POST', `/customers/${customer}/grants`, { kind: 'credits', amount: '1' }, { key }),
    customerKey: 403,
    serviceKey: [201, 201, 404],
  },
  createPurchase: {
    // the test server has no processor: what is allowed is told that nothing is sold
    ask: (server, { customer }, key) =>
      server.call('POST', `/customers/${customer}/purchases`, { pack: 'small' }, { key }),
    customerKey: 403,
    serviceKey: [409, 409, 404],
  },
  listPurchases: {
    ask: get(({ customer }) => `/customers/${customer}/purchases`),
    customerKey: [200, 404, 404],
    serviceKey: [200, 200, 404],
  },
  getPurchase: { ask: get(() => `/purchases/pur_${NOWHERE}`), customerKey: 404, serviceKey: 404 },
  refundPurchase: {
    ask: (server, _, key) => server.call('POST', `/purchases/pur_${NOWHERE}/refund`, {}, { key }),
    customerKey: 403,
    serviceKey: 404,
  },
  getPolicy: { ask: get(() => '/policy'), customerKey: 200, serviceKey: 200 },
  publishPolicy: {
    ask: (server, _, key) => server.call('PUT', '/policy', { base: 99, document: {}, note: 'n' }, { key }),
    customerKey: 403,
    serviceKey: 400,
  },
}
const PUBLIC = ['listProblems', 'getOpenApi']

/** Every endpoint x {anonymous, revoked key, key without a scope, customer key, service key} x {own, other's, missing}. */
export function describeAccessMatrix(start: () => Promise<TestServer>): void {
  let server: TestServer
  const keys: Record<string, string | null> = { anonymous: null }
  const targets: { customer: string; hold: string; decision: string }[] = []
  beforeAll(async () => {
    server = await start()
    for (let i = 0; i < 2; i++) targets.push(await target())
    targets.push({ customer: `cus_${NOWHERE}`, hold: `hold_${NOWHERE}`, decision: `dec_${NOWHERE}` })
    const own = targets[0]?.customer ?? ''
    keys['customer'] = await server.keyFor(own, ['decide', 'read', 'ingest'])
    keys['service'] = server.serviceKey
    keys['revoked'] = await server.keyFor(null, SCOPES)
    const stored = await server.engine.keys.bySecretHash(server.engine.hash(keys['revoked']))
    const revoked = await revokeKey(
      { ...server.engine, authenticator: server.built.authenticator },
      { key: stored?.id ?? '', customer: null, actor: { kind: 'system', job: 'test' }, reason: null },
    )
    expect(revoked).toBe('revoked')
  })
  afterAll(() => server.close())

  async function target(): Promise<(typeof targets)[number]> {
    const customer = await server.customer()
    const { body } = await server.call('POST', '/decisions', { ...data(customer), mode: 'authorize' })
    return { customer, hold: body.hold.id, decision: body.id }
  }

  test('every endpoint has a row', () => {
    expect([...Object.keys(ROWS), ...PUBLIC].sort()).toEqual(ENDPOINTS.map((one) => one.operationId).sort())
  })

  const fares = async (operation: string, caller: string): Promise<number[]> => {
    const statuses: number[] = []
    for (const at of targets) statuses.push((await ROWS[operation]!.ask(server, at, keys[caller] ?? null)).status)
    return statuses
  }
  const thrice = (expected: Fares | number): Fares =>
    typeof expected === 'number' ? [expected, expected, expected] : expected

  test.each(Object.keys(ROWS))('%s', async (operation) => {
    const row = ROWS[operation]!
    const endpoint = ENDPOINTS.find((one) => one.operationId === operation)!
    const scopeless = await server.keyFor(
      null,
      SCOPES.filter((scope) => scope !== endpoint.scope),
    )
    keys['scopeless'] = scopeless
    expect(await fares(operation, 'anonymous')).toEqual([401, 401, 401])
    expect(await fares(operation, 'revoked')).toEqual([401, 401, 401])
    expect(await fares(operation, 'scopeless')).toEqual([403, 403, 403])
    expect(await fares(operation, 'customer')).toEqual(thrice(row.customerKey))
    // a hold is released once
    if (operation === 'releaseHold') targets[0] = { ...targets[0]!, hold: await holdOf(targets[0]!.customer) }
    expect(await fares(operation, 'service')).toEqual(thrice(row.serviceKey))
  })

  async function holdOf(customer: string): Promise<string> {
    return (await server.call('POST', '/decisions', { ...data(customer), mode: 'authorize' })).body.hold.id
  }

  test.each(['/problems', '/openapi.json'])('%s is for anyone', async (path) => {
    expect((await server.call('GET', path, undefined, { key: null })).status).toBe(200)
  })

  test('a customer key is told the same of somebody else as if nobody else were there', async () => {
    const [, other, missing] = targets
    for (const operation of ['getAccess', 'listUsageEvents', 'getDecision', 'captureHold', 'decide']) {
      const texts: string[] = []
      for (const at of [other!, missing!]) {
        const reply = (await ROWS[operation]!.ask(server, at, keys['customer'] ?? null)) as unknown as { text: string }
        texts.push(reply.text.replaceAll(/(cus|dec|hold)_[0-9a-f]{32}/g, '$1'))
      }
      expect(texts[0]).toBe(texts[1])
    }
  })
}
