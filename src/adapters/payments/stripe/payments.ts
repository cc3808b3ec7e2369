import Stripe from 'stripe'
import type { PaymentEvent } from '../../../core/purchase/event.ts'
import {
  type ChargeOrder,
  type CheckoutOrder,
  type Payments,
  PaymentRefused,
  PaymentsUnavailable,
} from '../../../ports/payments.ts'
import { eventsOfPayment, eventsOfSession, idOf } from './events.ts'
import { readWebhook } from './webhook.ts'

export interface StripeOptions {
  readonly secretKey: string
  readonly webhookSecret: string
  /** Null: Stripe's own. */
  readonly apiBase: string | null
}

/** A page waits for it: long enough for a busy processor, short enough to say so. */
const TIMEOUT_MS = 10_000
const RETRIES = 2

/** Payments by Stripe Checkout, through Stripe's own SDK. Every call that moves money carries the purchase as its key. */
export function stripePayments(options: StripeOptions): Payments {
  const stripe = new Stripe(options.secretKey, {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    ...(options.apiBase === null ? {} : addressOf(options.apiBase)),
  })

  /** A checkout by its session, a charge without one by its payment intent. */
  async function read(reference: string): Promise<readonly PaymentEvent[]> {
    if (!reference.startsWith('cs_')) return readPayment(reference)
    const session = await stripe.checkout.sessions.retrieve(reference)
    const payment = idOf(session.payment_intent)
    return [...eventsOfSession(session), ...(payment === null ? [] : await readPayment(payment))]
  }

  async function readPayment(payment: string): Promise<readonly PaymentEvent[]> {
    const [intent, disputes, refunds] = await Promise.all([
      stripe.paymentIntents.retrieve(payment, { expand: ['latest_charge'] }),
      stripe.disputes.list({ payment_intent: payment, limit: 10 }),
      stripe.refunds.list({ payment_intent: payment, limit: 100 }),
    ])
    return eventsOfPayment(intent, disputes.data, refunds.data)
  }

  return {
    processor: 'stripe',
    openCheckout: (order) =>
      told(async () => {
        const session = await stripe.checkout.sessions.create(sessionOf(order), {
          idempotencyKey: `checkout/${order.purchase}`,
        })
        if (session.url === null) throw new PaymentRefused('the checkout has no page any more')
        return { reference: session.id, url: session.url, expiresAtMs: session.expires_at * 1000 }
      }),
    closeCheckout: (reference) =>
      told(async () => {
        try {
          await stripe.checkout.sessions.expire(reference)
        } catch (fault) {
          // it is not open: paid, or ended already
          if (!(fault instanceof Stripe.errors.StripeInvalidRequestError)) throw fault
        }
      }),
    read: ({ reference }) => told(() => read(reference)),
    charge: (order) => told(() => charge(stripe, order)),
    refund: ({ payment, minor, totalMinor }) =>
      told(async () => {
        await stripe.refunds.create(
          { payment_intent: payment, amount: amountOf(minor) },
          { idempotencyKey: `refund/${payment}/${totalMinor}` },
        )
      }),
    purchaseOf: (payment) =>
      told(async () => {
        try {
          return (await stripe.paymentIntents.retrieve(payment)).metadata['purchase'] ?? null
        } catch (fault) {
          if (fault instanceof Stripe.errors.StripeInvalidRequestError) return null
          throw fault
        }
      }),
    readWebhook: (webhook) => readWebhook(stripe, options.webhookSecret, webhook),
  }
}

function sessionOf(order: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  const { purchase, title, totalMinor, currency, email, keepMethod } = order
  return {
    mode: 'payment',
    client_reference_id: purchase,
    metadata: { purchase },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: currency.toLowerCase(),
          unit_amount: amountOf(totalMinor),
          product_data: { name: title },
        },
      },
    ],
    payment_intent_data: { metadata: { purchase }, ...(keepMethod && { setup_future_usage: 'off_session' }) },
    ...(keepMethod && { customer_creation: 'always' }),
    ...(email !== null && { customer_email: email }),
    expires_at: Math.floor(order.expiresAtMs / 1000),
    success_url: order.doneUrl,
    cancel_url: order.backUrl,
  }
}

/** A decline is an answer, not a fault: the payment that failed comes with it. */
async function charge(stripe: Stripe, order: ChargeOrder): Promise<readonly PaymentEvent[]> {
  const { purchase, totalMinor, currency } = order
  const [customer = '', method = ''] = order.method.split('/')
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: amountOf(totalMinor),
        currency: currency.toLowerCase(),
        customer,
        payment_method: method,
        off_session: true,
        confirm: true,
        description: order.title,
        metadata: { purchase },
        expand: ['latest_charge'],
      },
      { idempotencyKey: `charge/${purchase}` },
    )
    return eventsOfPayment(intent, [], [])
  } catch (fault) {
    if (!(fault instanceof Stripe.errors.StripeCardError) || fault.payment_intent === undefined) throw fault
    return eventsOfPayment(fault.payment_intent, [], [])
  }
}

/** The SDK takes numbers; the policy keeps prices far below where they stop being exact. */
function amountOf(minor: bigint): number {
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) throw new PaymentRefused(`${minor} is no amount that can be charged`)
  return Number(minor)
}

function addressOf(base: string): { host: string; port: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(base)
  const secure = protocol === 'https:'
  return { host: hostname, port: port || (secure ? '443' : '80'), protocol: secure ? 'https' : 'http' }
}

/** Faults in terms of the port: asked again it may work, or it never will. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    if (!(fault instanceof Stripe.errors.StripeError)) throw fault
    const refused =
      fault instanceof Stripe.errors.StripeInvalidRequestError || fault instanceof Stripe.errors.StripeCardError
    if (refused) throw new PaymentRefused(fault.message, { cause: fault })
    throw new PaymentsUnavailable(fault.message, { cause: fault })
  }
}
