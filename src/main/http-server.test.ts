import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { MetricsAccess } from './config.ts'
import { addressOf, createHttpServer, type Serving } from './http-server.ts'
import { createMetrics } from './metrics.ts'
import type { Server } from 'node:http'

test.each([
  ['a client’s own header counts for nothing', '203.0.113.9', 0, '192.0.2.1'],
  ['one proxy says whom it saw', '203.0.113.9', 1, '203.0.113.9'],
  ['what a client put before it counts for nothing', '10.0.0.1, 203.0.113.9', 1, '203.0.113.9'],
  ['two proxies', '10.0.0.1, 203.0.113.9, 198.51.100.7', 2, '203.0.113.9'],
  ['fewer entries than proxies', '203.0.113.9', 2, '192.0.2.1'],
  ['no header', undefined, 1, '192.0.2.1'],
  ['an empty one', '', 1, '192.0.2.1'],
])('where a request came from: %s', (_, forwarded, proxies, expected) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  expect(addressOf({ headers, socket: { remoteAddress: '192.0.2.1' } }, proxies)).toBe(expected)
})

test('an address takes no more room than one', () => {
  const headers = { 'x-forwarded-for': 'x'.repeat(5_000) }
  expect(addressOf({ headers, socket: {} }, 1)).toHaveLength(64)
})

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})
async function serverWith(metrics: MetricsAccess): Promise<string> {
  const readiness = async () => ({ ready: true, checks: {} })
  const serving = { metrics: createMetrics(() => {}), readiness, pages: null } as unknown as Serving
  const server = createHttpServer(() => serving, { metrics })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const TOKEN = 'a token of the tests'
test.each<[string, MetricsAccess, string | null, number]>([
  ['open', 'open', null, 200],
  ['closed, whoever asks', 'closed', `Bearer ${TOKEN}`, 404],
  ['with a token, and none sent', { token: TOKEN }, null, 401],
  ['with a token, and another sent', { token: TOKEN }, `Bearer ${TOKEN}!`, 401],
  ['with a token, sent as something else', { token: TOKEN }, `Basic ${TOKEN}`, 401],
  ['with a token, and sent', { token: TOKEN }, `Bearer ${TOKEN}`, 200],
])('metrics are %s', async (_, access, authorization, status) => {
  const address = await serverWith(access)
  const headers = authorization === null ? {} : { authorization }
  const answer = await fetch(`${address}/metrics`, { headers })
  expect(answer.status).toBe(status)
  expect((await answer.text()).includes('spillway_decisions_total')).toBe(status === 200)
  expect(answer.headers.get('www-authenticate')?.startsWith('Bearer') === true).toBe(status === 401)
  // whoever balances the load has no token
  for (const path of ['/livez', '/readyz']) expect((await fetch(address + path)).status).toBe(200)
})
