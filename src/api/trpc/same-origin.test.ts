import { expect, test } from 'vitest'
import { sameOrigin } from './same-origin.ts'

test.each([
  ['our own page', { origin: 'https://spillway.example', host: 'spillway.example' }, true],
  ['our own page on a port', { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, true],
  ['another port', { origin: 'http://127.0.0.1:4000', host: '127.0.0.1:3000' }, false],
  ['another site', { origin: 'https://evil.example', host: 'spillway.example' }, false],
  [
    'a site that only begins alike',
    { origin: 'https://spillway.example.evil.example', host: 'spillway.example' },
    false,
  ],
  ['a sandboxed frame', { origin: 'null', host: 'spillway.example' }, false],
  ['no origin', { host: 'spillway.example' }, false],
])('from %s', (_, headers, expected) => {
  expect(sameOrigin(new Headers(headers as Record<string, string>))).toBe(expected)
})
