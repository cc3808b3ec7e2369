import type Stripe from 'stripe'
import type { PaymentEvent } from '../../../core/purchase/event.ts'

const SECOND_MS = 1_000

/** A linked object comes as its id, or whole where that was asked for. */
export const idOf = (linked: string | { readonly id: string } | null | undefined): string | null =>
  linked == null ? null : typeof linked === 'string' ? linked : linked.id

/** What the state of a payment says, each under an id that is the same at every reading. */
export function eventsOfPayment(
  intent: Stripe.PaymentIntent,
  disputes: readonly Stripe.Dispute[],
  refunds: readonly Stripe.Refund[],
): readonly PaymentEvent[] {
  const events: PaymentEvent[] = []
  const of = { purchase: intent.metadata['purchase'] ?? null, payment: intent.id }
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const atMs = (charge?.created ?? intent.created) * SECOND_MS
  if (intent.status === 'succeeded') {
    events.push({ ...of, ...paidBy(intent), id: `${intent.id}/paid`, atMs })
  } else if (intent.status === 'requires_action') {
    events.push({ ...of, kind: 'requires_action', id: `${intent.id}/requires_action/${charge?.id ?? ''}`, atMs })
  } else if (intent.last_payment_error !== null && intent.last_payment_error !== undefined) {
    const attempt = charge?.id ?? ''
    events.push({ ...of, kind: 'failed', id: `${intent.id}/failed/${attempt}`, atMs, reason: reasonOf(intent) })
  }
  for (const refund of refunds) {
    // its failure is another event; it has no time of its own there
    const id = `${refund.id}${failureOf(refund) === null ? '' : '/failed'}`
    events.push({ ...of, ...refundBy(refund), id, atMs: refund.created * SECOND_MS })
  }
  if (charge !== null && charge.amount_refunded > 0) {
    const minor = BigInt(charge.amount_refunded)
    events.push({ ...of, kind: 'refunded', id: `${charge.id}/refunded/${minor}`, atMs, minor })
  }
  for (const dispute of disputes) {
    const at = dispute.created * SECOND_MS
    events.push({ ...of, kind: 'dispute_opened', id: `${dispute.id}/opened`, atMs: at, dispute: dispute.id })
    const won = outcomeOf(dispute)
    if (won !== null) {
      // an end that the bank turns round is another event
      const id = `${dispute.id}/closed/${won ? 'won' : 'lost'}`
      events.push({ ...of, kind: 'dispute_closed', id, atMs: at, dispute: dispute.id, won })
    }
  }
  return events
}

/** Only its end: everything else about a checkout is in its payment. */
export function eventsOfSession(session: Stripe.Checkout.Session): readonly PaymentEvent[] {
  if (session.status !== 'expired') return []
  const purchase = session.metadata?.['purchase'] ?? null
  const atMs = session.expires_at * SECOND_MS
  return [{ kind: 'expired', id: `${session.id}/expired`, atMs, purchase, payment: null }]
}

type Paid = Omit<Extract<PaymentEvent, { kind: 'paid' }>, 'id' | 'atMs' | 'purchase' | 'payment'>

/** `method` only where the buyer agreed to keep it. */
export function paidBy(intent: Stripe.PaymentIntent): Paid {
  const customer = idOf(intent.customer)
  const method = idOf(intent.payment_method)
  const kept = intent.setup_future_usage === 'off_session' && customer !== null && method !== null
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const card = charge?.payment_method_details?.card
  return {
    kind: 'paid',
    amountMinor: BigInt(intent.amount_received),
    currency: intent.currency.toUpperCase(),
    method: kept
      ? {
          handle: `${customer}/${method}`,
          label: card ? `${card.brand ?? 'card'} ending in ${card.last4 ?? '?'}` : 'the kept card',
        }
      : null,
  }
}

type Refunded = Omit<Extract<PaymentEvent, { kind: 'refund' }>, 'id' | 'atMs' | 'purchase' | 'payment'>

export const refundBy = (refund: Stripe.Refund): Refunded => ({
  kind: 'refund',
  refund: refund.id,
  minor: BigInt(refund.amount),
  failed: failureOf(refund),
})

/** Null: it arrived or may arrive. Both others are for ever. */
function failureOf({ status, failure_reason: reason }: Stripe.Refund): string | null {
  if (status === 'canceled') return 'canceled'
  return status === 'failed' ? (reason ?? 'unknown') : null
}

export const reasonOf = (intent: Stripe.PaymentIntent): string =>
  intent.last_payment_error?.message ?? intent.last_payment_error?.code ?? 'The payment failed.'

/** Null: still open. An inquiry that was closed without a chargeback has cost nothing. */
export function outcomeOf(dispute: Stripe.Dispute): boolean | null {
  if (dispute.status === 'won' || dispute.status === 'warning_closed') return true
  return dispute.status === 'lost' ? false : null
}
