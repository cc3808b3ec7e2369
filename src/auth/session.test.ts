import { expect, test } from 'vitest'
import { mintSession, readSession, SESSION_MS } from './session.ts'
import type { Viewer } from './scope.ts'

const viewer: Viewer = {
  id: 'demo-1',
  name: 'Ada',
  role: 'owner',
  customer: `cus_${'0'.repeat(32)}`,
  signedInBy: 'demo',
}
const secret = 'a secret of the test'
const nowMs = 1_764_000_000_000
const token = mintSession(viewer, { secret, nowMs })
const [payload = '', signature = ''] = token.split('.')
const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('owner', 'member')).toString(
  'base64url',
)

test.each([
  ['as minted', token, { secret, nowMs, demo: true }, viewer],
  ['in its last millisecond', token, { secret, nowMs: nowMs + SESSION_MS - 1, demo: true }, viewer],
  ['at its end', token, { secret, nowMs: nowMs + SESSION_MS, demo: true }, null],
  ['outside of demo mode', token, { secret, nowMs, demo: false }, null],
  ['under another secret', token, { secret: 'another', nowMs, demo: true }, null],
  ['with a changed payload', `${forged}.${signature}`, { secret, nowMs, demo: true }, null],
  ['without a signature', payload, { secret, nowMs, demo: true }, null],
  ['with more after it', `${token}.x`, { secret, nowMs, demo: true }, null],
  ['absent', undefined, { secret, nowMs, demo: true }, null],
])('a session %s', (_, given, keys, expected) => {
  expect(readSession(given, keys)).toEqual(expected)
})
