import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MicroCredits } from '../../core/shared/amount.ts'
import { parseAmount } from '../../core/shared/amount.ts'
import type { CustomerId, SubjectId } from '../../core/shared/ids.ts'

export const CONSENT_LIFETIME_MS = 600_000

/** What somebody may agree to: this much bought credit, for this feature, by this subject, once. */
export interface ConsentOffer {
  readonly customer: CustomerId
  readonly subject: SubjectId | null
  readonly feature: string
  readonly amount: MicroCredits
  readonly expiresAtMs: number
  /** Used once; the id of the decision that asked. */
  readonly nonce: string
}

export type ConsentReading =
  | { readonly ok: true; readonly offer: ConsentOffer }
  | { readonly ok: false; readonly reason: 'malformed' | 'bad_signature' | 'other_request' }

const PURPOSE = 'spillway/consent/v1\n'

/** `<payload>.<HMAC-SHA-256>`, both base64url: self-contained, so that any process can redeem it. */
export function mintConsent(offer: ConsentOffer, secret: string): string {
  const { customer, subject, feature, amount, expiresAtMs, nonce } = offer
  const payload = Buffer.from(JSON.stringify([customer, subject, feature, `${amount}`, expiresAtMs, nonce])).toString(
    'base64url',
  )
  return `${payload}.${sign(payload, secret)}`
}

/** Whether a token is ours and for this request. Its expiry and single use are for the plan to check. */
export function readConsent(
  token: string,
  request: { readonly customer: CustomerId; readonly subject: SubjectId | null; readonly feature: string },
  secret: string,
): ConsentReading {
  const [payload, signature, ...more] = token.split('.')
  if (!payload || !signature || more.length > 0) return { ok: false, reason: 'malformed' }
  const expected = Buffer.from(sign(payload, secret))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    return { ok: false, reason: 'bad_signature' }
  const offer = parseOffer(payload)
  if (offer === null) return { ok: false, reason: 'malformed' }
  const same =
    offer.customer === request.customer && offer.subject === request.subject && offer.feature === request.feature
  return same ? { ok: true, offer } : { ok: false, reason: 'other_request' }
}

function parseOffer(payload: string): ConsentOffer | null {
  const parts: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  if (!Array.isArray(parts)) return null
  const [customer, subject, feature, amountText, expiresAtMs, nonce] = parts as [
    string,
    string | null,
    string,
    string,
    number,
    string,
  ]
  const amount = parseAmount(amountText)
  return amount === null ? null : { customer, subject, feature, amount, expiresAtMs, nonce }
}

const sign = (payload: string, secret: string): string =>
  createHmac('sha256', secret)
    .update(PURPOSE + payload)
    .digest('base64url')

export const consentKey = (nonce: string): string => `consent/${nonce}`
