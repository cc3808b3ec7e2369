import type { CodeStanding, PromotionCode } from '../core/promotion/code.ts'
import type { CustomerId, PromotionCodeId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

/** A place on a code; its grant is given once per place. */
export interface Redemption {
  readonly code: PromotionCode
  readonly customer: CustomerId
  /** 1 for the customer's first place on this code. */
  readonly number: number
}

export type TakeResult =
  | { readonly kind: 'taken'; readonly redemption: Redemption }
  | { readonly kind: 'refused'; readonly standing: Exclude<CodeStanding, 'open'> }
  | { readonly kind: 'unknown' }

export const CODE_LIST_LIMIT = 200

export interface PromotionStore {
  create(code: PromotionCode, audit: AuditEntryDraft): Promise<'created' | 'taken'>
  byCode(code: string): Promise<PromotionCode | null>
  /** Newest first, at most CODE_LIST_LIMIT. */
  list(): Promise<readonly PromotionCode[]>
  /**
   * Takes a place under the rule of `standingOfCode`, never more than there are, under any race. A place of the customer
   * that was taken and not granted yet is given again instead: the one before did not get to its end.
   */
  take(take: { readonly code: string; readonly customer: CustomerId; readonly atMs: number }): Promise<TakeResult>
  granted(
    place: { readonly code: PromotionCodeId; readonly customer: CustomerId; readonly number: number },
    atMs: number,
  ): Promise<void>
  /** Places taken before, whose grant was not noted: oldest first. */
  ungranted(beforeMs: number, limit: number): Promise<readonly Redemption[]>
}
