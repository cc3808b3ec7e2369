import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ConsentOffer, mintConsent, readConsent } from './consent-token.ts'

const secret = 'a secret of the test'
const offer: ConsentOffer = {
  customer: 'cus_a',
  subject: 'key_1',
  feature: 'codex.task',
  amount: 9_223_372_036_854_775_807n,
  expiresAtMs: 1_764_000_600_000,
  nonce: 'dec_1',
}
const request = { customer: 'cus_a', subject: 'key_1', feature: 'codex.task' }
const token = mintConsent(offer, secret)
const [payload = '', signature = ''] = token.split('.')
const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('cus_a', 'cus_b')).toString('base64url')

test('a token reads back as the offer it was made of', () => {
  expect(readConsent(token, request, secret)).toEqual({ ok: true, offer })
})

test.each([
  ['for another customer', token, { ...request, customer: 'cus_b' }, 'other_request'],
  ['for another subject', token, { ...request, subject: 'key_2' }, 'other_request'],
  ['for no subject', token, { ...request, subject: null }, 'other_request'],
  ['for another feature', token, { ...request, feature: 'video' }, 'other_request'],
  ['with a changed payload', `${forged}.${signature}`, { ...request, customer: 'cus_b' }, 'bad_signature'],
  ['without a signature', payload, request, 'malformed'],
  ['with more after it', `${token}.x`, request, 'malformed'],
  ['with half a signature', token.slice(0, -20), request, 'bad_signature'],
])('a token %s is refused', (_, given, asked, reason) => {
  expect(readConsent(given, asked, secret)).toEqual({ ok: false, reason })
})

test('a token under another secret is refused', () => {
  expect(readConsent(token, request, 'another')).toEqual({ ok: false, reason: 'bad_signature' })
})

test('no text that was not minted is ever accepted', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.base64String()),
      fc.string(),
      (a, b) => !readConsent(`${a}.${b}`, request, secret).ok,
    ),
  )
})
