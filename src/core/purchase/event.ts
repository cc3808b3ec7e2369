/** What a payment processor tells, whichever it is. `purchase` null: it is found by `payment`. */
export type PaymentEvent = {
  /** The processor's own id: the same twice is the same event. */
  readonly id: string
  readonly atMs: number
  readonly purchase: string | null
  readonly payment: string | null
} & (
  | { readonly kind: 'requires_action' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'expired' }
  /** `payment` is never null here. `method`: kept for later purchases, when the buyer agreed to it. */
  | {
      readonly kind: 'paid'
      readonly amountMinor: bigint
      readonly currency: string
      readonly method: { readonly handle: string; readonly label: string } | null
    }
  /** `minor`: returned so far, in sum; what failed afterwards may be in it or not. */
  | { readonly kind: 'refunded'; readonly minor: bigint }
  /** One return by itself, under the processor's id. `failed`: why it did not arrive, and never will; null: it may. */
  | { readonly kind: 'refund'; readonly refund: string; readonly minor: bigint; readonly failed: string | null }
  | { readonly kind: 'dispute_opened'; readonly dispute: string }
  | { readonly kind: 'dispute_closed'; readonly dispute: string; readonly won: boolean }
)
