import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { WEBHOOK_AGE_MS } from '../../../ports/payments.ts'
import { readWebhook } from './webhook.ts'

const SECRET = 'whsec_1'
const AT = Date.UTC(2026, 10, 21, 12)
const stripe = new Stripe('sk_test_1')

const body = JSON.stringify({
  id: 'evt_1',
  created: AT / 1_000,
  type: 'checkout.session.expired',
  data: { object: { id: 'cs_1', metadata: {} } },
})
const signedAt = (atMs: number): string =>
  stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET, timestamp: atMs / 1_000 })
const read = (signature: string, nowMs = AT): string => readWebhook(stripe, SECRET, { body, signature, nowMs }).kind

test('a signature counts for five minutes, either way', () => {
  expect(read(signedAt(AT))).toBe('event')
  expect(read(signedAt(AT), AT + WEBHOOK_AGE_MS)).toBe('event')
  expect(read(signedAt(AT), AT + WEBHOOK_AGE_MS + 1)).toBe('too_old')
  expect(read(signedAt(AT), AT - WEBHOOK_AGE_MS - 1)).toBe('too_old')
})

test('a copy that somebody kept is not made young by a second time beside the signed one', () => {
  const old = signedAt(AT - 3_600_000)
  expect(read(old)).toBe('too_old')
  for (const forged of [`t=${AT / 1_000},${old}`, `${old},t=${AT / 1_000}`, `t=${AT / 1_000}, ${old}`])
    expect(read(forged)).toMatch(/^(bad_signature|too_old)$/)
})
