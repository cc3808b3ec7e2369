import type { PurchaseId } from '../core/shared/ids.ts'

/** Tells those who operate this installation of what no person may miss. Records nothing and never fails its caller. */
export interface Alarms {
  /** Money came that is not what was asked for: once for each payment. */
  paidOtherwise(seen: PaidOtherwise): void
  /** Money that was to go back never arrived, and its credits are back: somebody is still owed it. */
  refundFailed(seen: RefundFailed): void
}

export interface PaidOtherwise {
  readonly purchase: PurchaseId
  readonly payment: string
  readonly asked: Money
  readonly came: Money
}

export interface RefundFailed {
  readonly purchase: PurchaseId
  readonly payment: string
  readonly refund: string
  readonly money: Money
  readonly why: string
}

export interface Money {
  readonly minor: bigint
  readonly currency: string
}
