import Stripe from 'stripe'
import type { PaymentEvent } from '../../../core/purchase/event.ts'
import { type Webhook, WEBHOOK_AGE_MS, type WebhookReading } from '../../../ports/payments.ts'
import { idOf, outcomeOf, paidBy, reasonOf, refundBy } from './events.ts'

const SECOND_MS = 1_000
/** The SDK cannot tell a bad signature from an old one: it checks the first, this the second. */
const ANY_AGE = 0

export function readWebhook(stripe: Stripe, secret: string, { body, signature, nowMs }: Webhook): WebhookReading {
  let event: Stripe.Event
  try {
    event = stripe.webhooks.constructEvent(body, signature, secret, ANY_AGE)
  } catch (fault) {
    return { kind: fault instanceof Stripe.errors.StripeSignatureVerificationError ? 'bad_signature' : 'malformed' }
  }
  // exactly one time: of several, the signature would prove one and the age would be read from another
  const [time, another] = signature.split(',').filter((part) => part.startsWith('t='))
  if (time === undefined || another !== undefined || !/^t=\d{1,12}$/.test(time)) return { kind: 'bad_signature' }
  const signedAtMs = Number(time.slice(2)) * SECOND_MS
  if (Math.abs(nowMs - signedAtMs) > WEBHOOK_AGE_MS) return { kind: 'too_old' }
  const told = eventOf(event)
  return told === null ? { kind: 'irrelevant' } : { kind: 'event', event: told }
}

/** Stripe has hundreds of events: these are all that change a purchase. */
function eventOf(event: Stripe.Event): PaymentEvent | null {
  const at = { id: event.id, atMs: event.created * SECOND_MS }
  if (event.type === 'payment_intent.requires_action')
    return { ...at, ...ofIntent(event.data.object), kind: 'requires_action' }
  if (event.type === 'payment_intent.payment_failed')
    return { ...at, ...ofIntent(event.data.object), kind: 'failed', reason: reasonOf(event.data.object) }
  if (event.type === 'payment_intent.succeeded')
    return { ...at, ...ofIntent(event.data.object), ...paidBy(event.data.object) }
  if (event.type === 'checkout.session.expired')
    return { ...at, kind: 'expired', purchase: event.data.object.metadata?.['purchase'] ?? null, payment: null }
  if (event.type === 'charge.refunded') {
    const charge = event.data.object
    const of = { purchase: charge.metadata['purchase'] ?? null, payment: idOf(charge.payment_intent) }
    return { ...at, ...of, kind: 'refunded', minor: BigInt(charge.amount_refunded) }
  }
  if (isOfRefund(event)) {
    const refund = event.data.object
    return { ...at, ...refundBy(refund), purchase: null, payment: idOf(refund.payment_intent) }
  }
  if (event.type === 'charge.dispute.created') {
    const dispute = event.data.object
    return { ...at, ...ofDispute(dispute), kind: 'dispute_opened', dispute: dispute.id }
  }
  if (event.type === 'charge.dispute.closed') {
    const dispute = event.data.object
    return {
      ...at,
      ...ofDispute(dispute),
      kind: 'dispute_closed',
      dispute: dispute.id,
      won: outcomeOf(dispute) === true,
    }
  }
  return null
}

type OfRefund =
  | Stripe.RefundCreatedEvent
  | Stripe.RefundUpdatedEvent
  | Stripe.RefundFailedEvent
  | Stripe.ChargeRefundUpdatedEvent
const OF_REFUND: ReadonlySet<string> = new Set<OfRefund['type']>([
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refund.updated',
])
const isOfRefund = (event: Stripe.Event): event is OfRefund => OF_REFUND.has(event.type)

/** A dispute does not carry our metadata: it is found by its payment. */
const ofDispute = (dispute: Stripe.Dispute) => ({ purchase: null, payment: idOf(dispute.payment_intent) })

const ofIntent = (intent: Stripe.PaymentIntent) => ({
  purchase: intent.metadata['purchase'] ?? null,
  payment: intent.id,
})
