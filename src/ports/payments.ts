import type { PaymentEvent } from '../core/purchase/event.ts'
import type { PurchaseId } from '../core/shared/ids.ts'

/** A payment processor: takes money and tells what became of it. Never touches credits. */
export interface Payments {
  /** Part of an event's identity: two processors may use the same ids. */
  readonly processor: 'stripe' | 'test'
  /** A page of the processor on which one purchase is paid. The same purchase has one checkout, however often it is asked for. */
  openCheckout(order: CheckoutOrder): Promise<OpenedCheckout>
  /** Ends a checkout that nobody has paid; one that was paid or has ended is left as it is. */
  closeCheckout(reference: string): Promise<void>
  /** What the processor knows of a purchase's payment now, as events whose ids are the same at each reading. */
  read(paymentOrCheckout: { readonly reference: string }): Promise<readonly PaymentEvent[]>
  /** Charges a kept method without the person. The same purchase is charged once, however often it is asked for. */
  charge(order: ChargeOrder): Promise<readonly PaymentEvent[]>
  /**
   * Returns money. `totalMinor`: sent back so far including this, also what failed since; it names the return: the same
   * total is returned once.
   */
  refund(order: { readonly payment: string; readonly minor: bigint; readonly totalMinor: bigint }): Promise<void>
  /** The purchase that a payment names; null: not one of ours. */
  purchaseOf(payment: string): Promise<string | null>
  /** Reads what was posted to us, once its signature proves the sender. */
  readWebhook(webhook: Webhook): WebhookReading
}

export interface CheckoutOrder {
  readonly purchase: PurchaseId
  readonly title: string
  readonly totalMinor: bigint
  readonly currency: string
  readonly email: string | null
  /** The buyer agreed: keep the method for charges without them. */
  readonly keepMethod: boolean
  readonly expiresAtMs: number
  /** Where the processor sends the person afterwards: it proves nothing. */
  readonly doneUrl: string
  readonly backUrl: string
}

export interface OpenedCheckout {
  readonly reference: string
  readonly url: string
  readonly expiresAtMs: number
}

export interface ChargeOrder {
  readonly purchase: PurchaseId
  readonly method: string
  readonly title: string
  readonly totalMinor: bigint
  readonly currency: string
}

export interface Webhook {
  /** As it came: the signature is over these very characters. */
  readonly body: string
  readonly signature: string
  readonly nowMs: number
}

export type WebhookReading =
  | { readonly kind: 'event'; readonly event: PaymentEvent }
  /** Signed, and nothing that changes a purchase. */
  | { readonly kind: 'irrelevant' }
  | { readonly kind: 'bad_signature' }
  /** Signed longer ago than WEBHOOK_AGE_MS: a copy that somebody kept. */
  | { readonly kind: 'too_old' }
  | { readonly kind: 'malformed' }

/** How old a webhook may be. */
export const WEBHOOK_AGE_MS = 5 * 60_000

/** The processor cannot be reached or has failed: what was asked for may have happened, ask the same again. */
export class PaymentsUnavailable extends Error {
  override readonly name = 'PaymentsUnavailable'
}

/** The processor understood and refuses: asking the same again changes nothing. */
export class PaymentRefused extends Error {
  override readonly name = 'PaymentRefused'
}

/** What a person can have happen at the built-in test processor. Never there in production. */
export interface TestProcessor {
  checkout(reference: string): TestCheckout | null
  /** Does what the card does; null: there is no such checkout, or it has ended. */
  pay(reference: string, card: TestCard): Promise<TestCheckout | null>
  /** The bank's own question, answered. */
  answer(reference: string, agrees: boolean): Promise<TestCheckout | null>
  backOffice(reference: string, action: TestAction): Promise<TestCheckout | null>
  /** Webhooks go there from now on. */
  deliverTo(receive: (body: string, signature: string) => Promise<unknown>): void
}

export const TEST_CARDS = [
  'success',
  'decline',
  'three_d_secure',
  'slow',
  'duplicate_webhook',
  'declines_later',
  'pays_too_little',
] as const
export type TestCard = (typeof TEST_CARDS)[number]
export const TEST_ACTIONS = ['refund', 'refund_half', 'refund_fails', 'dispute', 'dispute_won', 'dispute_lost'] as const
export type TestAction = (typeof TEST_ACTIONS)[number]

export interface TestCheckout {
  readonly reference: string
  readonly purchase: PurchaseId
  readonly title: string
  readonly totalMinor: bigint
  readonly refundedMinor: bigint
  readonly currency: string
  readonly keepMethod: boolean
  readonly status: 'open' | 'waiting_for_bank' | 'processing' | 'paid' | 'expired'
  readonly disputed: boolean
  /** Why the last attempt failed. */
  readonly declined: string | null
  readonly doneUrl: string
  readonly backUrl: string
}
