import { expect, test } from 'vitest'
import { addressOf } from './http-server.ts'

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
