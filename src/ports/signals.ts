import type { CustomerId } from '../core/shared/ids.ts'

/** "Something of this customer changed": a hint for live pages. Losing one costs at most a second, never a figure. */
export interface ChangeSignals {
  publish(change: Change): void
  /** Calls back for every change of the customer, from any process; returns the way to stop. */
  subscribe(customer: CustomerId, listener: (change: Change) => void): () => void
  onPolicy(listener: (version: number) => void): () => void
}

export type Change =
  | { readonly kind: 'customer'; readonly customer: CustomerId; readonly version: number }
  | { readonly kind: 'settled'; readonly customer: CustomerId; readonly seq: number }
  | { readonly kind: 'policy'; readonly version: number }
