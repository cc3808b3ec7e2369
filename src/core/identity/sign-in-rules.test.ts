import { describe, expect, test } from 'vitest'
import {
  emailOf,
  FAILURE_WINDOW_MS,
  IDLE_MS,
  networkOf,
  passwordProblem,
  sessionLives,
  waitAfter,
} from './sign-in-rules.ts'

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['unknown', 'unknown'],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test.each([
  ['  Ada@Example.COM ', 'ada@example.com'],
  ['a+b@mail.example.co.uk', 'a+b@mail.example.co.uk'],
  ['zoë@example.com', 'zoë@example.com'],
  ['zoe\u0308@example.com', 'zoë@example.com'],
  ['nobody', null],
  ['a@b', null],
  ['a@b@c.example', null],
  ['a b@c.example', null],
  ['a@b.example\nbcc: x@y.example', null],
  ['"a"@b.example', null],
  [`${'a'.repeat(250)}@b.example`, null],
])('the address %j is kept as %j', (text, expected) => {
  expect(emailOf(text)).toBe(expected)
})

test.each([
  ['elevenchars', 'too_short'],
  ['twelve chars', null],
  ['x'.repeat(12), 'one_character'],
  ['aabbaabbaabbaabb', 'one_character'],
  ['ada.lindqvist@example.com', 'is_the_address'],
  ['Ada.Lindqvist', 'is_the_address'],
  [`long ${'pässword '.repeat(27)}`, null],
  [`long ${'pässword '.repeat(28)}`, 'too_long'],
  ['\u{1F30A}\u{1F30B}\u{1F30C}\u{1F30D}\u{1F30E}\u{1F30F}', 'too_short'],
])('the password %j: %s', (password, expected) => {
  expect(passwordProblem(password, 'ada.lindqvist@example.com')).toBe(expected)
})

test.each([
  ['the fifth failure is answered', 5, 0, null],
  ['the sixth waits for the rest of the window', 6, 60_000, FAILURE_WINDOW_MS - 60_000],
  ['at least a millisecond', 6, FAILURE_WINDOW_MS, 1],
])('%s', (_, failures, passedMs, expected) => {
  expect(waitAfter({ failures, startedAtMs: 1_000 }, 5, 1_000 + passedMs)).toBe(expected)
})

describe('a session', () => {
  const live = { endedAtMs: null, expiresAtMs: 10 * IDLE_MS, seenAtMs: 1_000 }
  test.each([
    ['lives', live, 1_000, true],
    ['lives in its last idle millisecond', live, 1_000 + IDLE_MS - 1, true],
    ['is over when nobody used it', live, 1_000 + IDLE_MS, false],
    ['is over at its end', { ...live, seenAtMs: 10 * IDLE_MS - 1 }, 10 * IDLE_MS, false],
    ['is over once ended', { ...live, endedAtMs: 1_001 }, 1_002, false],
  ])('%s', (_, session, nowMs, expected) => {
    expect(sessionLives(session, nowMs)).toBe(expected)
  })
})
