import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Asking, TestServer } from './server.ts'

/** Every line of bad input: a problem of its own, no stack, never 500, and nothing written. */
export function describeBadInput(start: () => Promise<TestServer>): void {
  let server: TestServer
  let customer: string
  let before: string
  beforeAll(async () => {
    server = await start()
    customer = await server.customer()
    before = await access()
  })
  afterAll(() => server.close())

  const access = async (): Promise<string> => {
    const { body } = await server.call('GET', `/customers/${customer}/access`)
    return JSON.stringify({ ...body, asOf: null })
  }
  const decide = (raw: string | Buffer, asking: Asking = {}) =>
    server.call('POST', '/decisions', undefined, {
      raw,
      headers: { 'content-type': 'application/json', ...asking.headers },
      ...asking,
    })
  /** The text of a good request, with one member written as given. */
  const text = (member: string): string => `{"customer":"${customer}","feature":"work",${member}}`
  const nested = (depth: number): string => `{"customer":${'['.repeat(depth)}${']'.repeat(depth)}}`

  describe('400 of a body', () => {
    test.each([
      ['nothing', () => '', ''],
      ['no JSON', () => 'hello', ''],
      ['cut JSON', () => text('"usage":{"units":1}').slice(0, -1), ''],
      ['a list', () => '[]', ''],
      ['null', () => 'null', ''],
      ['two values', () => '{} {}', ''],
      ['depth 21', () => nested(20), ''],
      ['depth 100,000', () => nested(100_000), ''],
      ['an unknown field', () => text('"usage":{"units":1},"balance":"5"'), '/balance'],
      ['a role', () => text('"usage":{"units":1},"role":"admin"'), '/role'],
      ['another customerId', () => text('"usage":{"units":1},"customerId":"x"'), '/customerId'],
      ['__proto__', () => text('"usage":{"units":1},"__proto__":{"dryRun":true}'), '/__proto__'],
      ['__proto__ within', () => text('"usage":{"units":1},"attributes":{"__proto__":"x"}'), '/attributes/__proto__'],
      ['a member given twice', () => text('"usage":{"units":1},"usage":{"units":2}'), '/usage'],
      ['NUL', () => text('"usage":{"units":1},"subject":"a\\u0000b"'), '/subject'],
      ['half a surrogate pair', () => text('"usage":{"units":1},"subject":"\\ud83d"'), '/subject'],
      ['a control character', () => text('"usage":{"units":1},"subject":"a\\nb"'), '/subject'],
      ['an empty subject', () => text('"usage":{"units":1},"subject":""'), '/subject'],
      ['a long subject', () => text(`"usage":{"units":1},"subject":"${'x'.repeat(129)}"`), '/subject'],
      ['a malformed customer', () => '{"customer":"me","feature":"work","usage":{"units":1}}', '/customer'],
      ['no customer', () => '{"feature":"work","usage":{"units":1}}', '/customer'],
      ['no price', () => text('"mode":"consume"'), ''],
      ['usage and cost', () => text('"usage":{"units":1},"cost":"1"'), ''],
      ['no usage', () => text('"usage":{}'), '/usage'],
      ['usage of nothing', () => text('"usage":{"units":0}'), '/usage'],
      ['negative units', () => text('"usage":{"units":-1}'), '/usage/units'],
      ['fractional units', () => text('"usage":{"units":1.5}'), '/usage/units'],
      ['units as text', () => text('"usage":{"units":"1"}'), '/usage/units'],
      ['1e999 units', () => text('"usage":{"units":1e999}'), '/usage/units'],
      ['1e3 units', () => text('"usage":{"units":1e3}'), '/usage/units'],
      ['2^53 units', () => text('"usage":{"units":9007199254740992}'), '/usage/units'],
      ['2^53 + 1 units', () => text('"usage":{"units":9007199254740993}'), '/usage/units'],
      ['2^63 units', () => text('"usage":{"units":9223372036854775808}'), '/usage/units'],
      ['units that round to a whole', () => text('"usage":{"units":4503599627370497.5}'), '/usage/units'],
      ['33 meters', () => text(`"usage":{${Array.from({ length: 33 }, (_, i) => `"m${i}":1`).join(',')}}`), '/usage'],
      ['an unknown meter', () => text('"usage":{"gold":1}'), '/usage/gold'],
      ['a meter named constructor', () => text('"usage":{"constructor":1}'), '/usage/constructor'],
      ['cost 0', () => text('"cost":"0"'), '/cost'],
      ['a negative cost', () => text('"cost":"-5"'), '/cost'],
      ['a fractional cost', () => text('"cost":"1.5"'), '/cost'],
      ['a cost of 1e999', () => text('"cost":"1e999"'), '/cost'],
      ['a cost with a leading zero', () => text('"cost":"007"'), '/cost'],
      ['a cost of 2^63', () => text('"cost":"9223372036854775808"'), '/cost'],
      ['a cost as number', () => text('"cost":5'), '/cost'],
      ['an unknown mode', () => text('"usage":{"units":1},"mode":"steal"'), '/mode'],
      ['a ttl without a hold', () => text('"usage":{"units":1},"ttlSeconds":5'), '/ttlSeconds'],
      ['a ttl of 0', () => text('"usage":{"units":1},"mode":"authorize","ttlSeconds":0'), '/ttlSeconds'],
      ['a ttl of 31 days', () => text('"usage":{"units":1},"mode":"authorize","ttlSeconds":2678400'), '/ttlSeconds'],
      ['a minimum alone', () => text('"usage":{"units":1},"minimum":"1"'), '/minimum'],
    ])('%s', async (_, body, pointer) => {
      const reply = await decide(body())
      expect(reply).toMatchObject({
        status: 400,
        headers: { 'content-type': 'application/problem+json' },
        body: { type: '/docs/problems/invalid-request', status: 400, instance: '/api/v1/decisions' },
      })
      expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    })

    test('text that is not UTF-8', async () => {
      const reply = await decide(
        Buffer.concat([Buffer.from('{"customer":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      )
      expect(reply).toMatchObject({ status: 400, body: { detail: 'The body is not UTF-8.' } })
    })

    test('every mistake at once', async () => {
      const { body } = await decide('{"customer":"me","feature":"","usage":{"units":-1},"x":1}')
      expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
        '/customer',
        '/feature',
        '/usage/units',
        '/x',
      ])
    })
  })

  describe('400 of a consent token', () => {
    test.each(['x', 'a.b', 'a.b.c', `${'A'.repeat(200)}.${'B'.repeat(43)}`])('%s', async (consent) => {
      const reply = await server.call('POST', '/decisions', { customer, feature: 'work', usage: { units: 1 }, consent })
      expect(reply).toMatchObject({ status: 400, body: { type: '/docs/problems/consent-invalid' } })
    })
  })

  describe('400 of an idempotency key', () => {
    const good = (): string => text('"usage":{"units":1}')
    test.each([
      ['missing', null, 'idempotency-key-missing'],
      ['empty', '', 'idempotency-key-invalid'],
      ['of 256 characters', 'x'.repeat(256), 'idempotency-key-invalid'],
      ['with a tab', 'a\tb', 'idempotency-key-invalid'],
      ['outside of ASCII', 'schl\u00fcssel', 'idempotency-key-invalid'],
    ])('%s', async (_, idempotencyKey, slug) => {
      expect(await decide(good(), { idempotencyKey })).toMatchObject({
        status: 400,
        body: { type: `/docs/problems/${slug}` },
      })
    })
    test.each(['/holds/hold_1/capture', '/holds/hold_1/release', '/customers/cus_1/grants'])(
      'missing for POST %s',
      async (path) => {
        expect(await server.call('POST', path, {}, { idempotencyKey: null })).toMatchObject({
          status: 400,
          body: { type: '/docs/problems/idempotency-key-missing' },
        })
      },
    )
  })

  describe('400 of a query', () => {
    test.each([
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1&limit=2',
      'cursor=abc',
      'cursor=',
      'unknown=1',
      'decision=x',
      '__proto__=1',
    ])('%s', async (query) => {
      expect(await server.call('GET', `/customers/${customer}/usage-events?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `?${query.split('=')[0]}` }] },
      })
    })
  })

  describe('401', () => {
    test.each([
      ['no credential', { key: null }],
      ['an unknown key', { key: `sk_${'a'.repeat(43)}` }],
      ['no key at all', { key: '' }],
      ['another scheme', { key: null, headers: { authorization: 'Basic eDp5' } }],
      ['a long one', { key: 'x'.repeat(5_000) }],
    ])('%s', async (_, asking) => {
      const reply = await decide(text('"usage":{"units":1}'), asking)
      expect(reply).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="spillway"' },
        body: { type: '/docs/problems/unauthenticated' },
      })
    })
  })

  describe('404 and 405 of a path', () => {
    test.each([
      ['GET', '/nothing', 404, undefined],
      ['POST', '/decisions/a/b', 404, undefined],
      ['GET', '/decisions', 405, 'POST'],
      ['DELETE', '/policy', 405, 'GET, PUT'],
      ['TRACE', '/policy', 405, 'GET, PUT'],
      ['GET', '/decisions/dec_1', 404, undefined],
      ['GET', '/decisions/%2e%2e', 404, undefined],
      ['GET', '/customers/cus_1/access', 404, undefined],
    ])('%s %s: %i', async (method, path, status, allow) => {
      const reply = await server.call(method, path)
      expect([reply.status, reply.headers['allow'], reply.headers['content-type']]).toEqual([
        status,
        allow,
        'application/problem+json',
      ])
    })
  })

  describe('413', () => {
    test.each([
      ['a declared length', 1_000_001, {}],
      ['an undeclared length', 1_500_000, { 'transfer-encoding': 'chunked' }],
      ['many times the bound', 20_000_000, {}],
    ])('%s', async (_, size, headers) => {
      const reply = await decide(Buffer.alloc(size, 0x20), {
        headers: { 'content-type': 'application/json', ...headers },
      }).catch((fault: NodeJS.ErrnoException) => fault)
      // a client that goes on sending may find the connection cut before it reads
      if (reply instanceof Error) expect(size).toBe(20_000_000)
      else expect(reply).toMatchObject({ status: 413, body: { type: '/docs/problems/body-too-large' } })
    })

    test('a body of exactly 1 MB is read', async () => {
      const good = text('"usage":{"units":1},"dryRun":true')
      expect((await decide(good.padEnd(1_000_000))).status).toBe(200)
    })
  })

  describe('415', () => {
    test.each([
      ['text/plain', {}],
      ['application/x-www-form-urlencoded', {}],
      ['application/json; charset=latin1', {}],
      ['application/json', { 'content-encoding': 'gzip' }],
    ])('%s %o', async (type, more) => {
      expect(await decide(text('"usage":{"units":1}'), { headers: { 'content-type': type, ...more } })).toMatchObject({
        status: 415,
        body: { type: '/docs/problems/unsupported-media-type' },
      })
    })
    test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="UTF-8"'])(
      '%s is fine',
      async (type) => {
        expect(
          (await decide(text('"usage":{"units":1},"dryRun":true'), { headers: { 'content-type': type } })).status,
        ).toBe(200)
      },
    )
  })

  describe('what is no HTTP', () => {
    const speak = (lines: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.baseUrl)
        const socket = connect(Number(port), hostname, () => socket.write(lines))
        let said = ''
        socket.on('data', (chunk) => {
          said += chunk.toString()
        })
        socket.on('close', () => resolve(said))
        socket.on('error', reject)
      })
    test.each([
      ['garbage', 'hello\r\n\r\n', 400],
      ['a head of 20 KB', `GET /api/v1/policy HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
      [
        'two lengths',
        'POST /api/v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
        400,
      ],
      [
        'length and chunks',
        'POST /api/v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
    ])('%s', async (_, lines, status) => {
      const said = await speak(lines)
      expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(said).toContain('application/problem+json')
    })

    test('a head that never ends is cut off', async () => {
      expect(await speak('GET /api/v1/policy HTTP/1.1\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408 /)
    })
  })

  test('nothing of all this changed anything, and nobody was shown a stack', async () => {
    expect(await access()).toBe(before)
    expect(server.faults).toEqual([])
  })
}
