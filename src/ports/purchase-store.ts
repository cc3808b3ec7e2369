import type { AutoTopUp } from '../core/purchase/auto-top-up.ts'
import type { Purchase } from '../core/purchase/purchase.ts'
import type { CustomerId, PurchaseId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'
import type { Page, PageQuery } from './readers.ts'

/**
 * Purchases and auto top-ups. Both are changed by compare-and-set on their version, so that of two writers who saw the
 * same one, one starts again from what the other left.
 */
export interface PurchaseStore {
  /** Inserts a purchase; `known`: this intent of the customer made that one before. */
  start(purchase: Purchase, dueAtMs: number, audit: AuditEntryDraft): Promise<Started>
  read(id: PurchaseId): Promise<Purchase | null>
  /** The one that was paid by this payment; null: none that is known. */
  byPayment(payment: string): Promise<Purchase | null>
  /** Newest first. */
  list(query: PageQuery): Promise<Page<Purchase>>
  /**
   * Replaces the facts of the version before, and keeps the event's id in the same transaction. `known_event`: it was
   * heard before, nothing is written. `stale`: somebody else was faster. `dueAtMs` null: nobody has to look again.
   */
  change(change: {
    readonly purchase: Purchase
    readonly event: { readonly processor: string; readonly id: string; readonly atMs: number } | null
    readonly dueAtMs: number | null
    readonly audit: AuditEntryDraft | null
  }): Promise<'changed' | 'stale' | 'known_event'>
  /** To be looked at by now, longest overdue first. Claims nothing. */
  due(nowMs: number, limit: number): Promise<readonly Purchase[]>
  /** Looked at without a change; the next look is then. */
  looked(id: PurchaseId, dueAtMs: number | null): Promise<void>

  topUp(customer: CustomerId): Promise<AutoTopUp | null>
  /** Inserts version 1, or replaces the version before. */
  putTopUp(next: AutoTopUp, audit: AuditEntryDraft | null): Promise<'changed' | 'stale'>
  /** Those switched on, by customer, strictly after `after`. */
  topUpsOn(after: CustomerId | null, limit: number): Promise<readonly AutoTopUp[]>
}

export type Started =
  | { readonly kind: 'started'; readonly purchase: Purchase }
  | { readonly kind: 'known'; readonly purchase: Purchase }
