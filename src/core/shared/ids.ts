/**
 * Ids are a prefix and the 32 hex digits of a UUIDv7: unique, and sortable by the time they were made.
 * They are made by the `Ids` port and only carried here.
 */
type Id<Prefix extends string> = string & { readonly idOf?: Prefix }

export type CustomerId = Id<'cus'>
export type DecisionId = Id<'dec'>
export type HoldId = Id<'hold'>
export type UsageEventId = Id<'use'>
export type MonetizationEventId = Id<'mon'>
export type BalanceUpdateId = Id<'bal'>
export type GrantId = Id<'grt'>
export type KeyId = Id<'key'>
export type AuditId = Id<'aud'>
export type PurchaseId = Id<'pur'>
export type UserId = Id<'usr'>
export type SessionId = Id<'ses'>
export type InvitationId = Id<'inv'>
export type MailId = Id<'mail'>
export type AlertId = Id<'alt'>
export type WebhookId = Id<'hook'>
export type WebhookMessageId = Id<'msg'>
export type PromotionCodeId = Id<'code'>
export type CaseId = Id<'case'>
export type LimitRequestId = Id<'req'>

export type IdPrefix =
  | 'cus'
  | 'dec'
  | 'hold'
  | 'use'
  | 'mon'
  | 'bal'
  | 'grt'
  | 'pol'
  | 'key'
  | 'pur'
  | 'case'
  | 'aud'
  | 'usr'
  | 'ses'
  | 'inv'
  | 'mail'
  | 'alt'
  | 'hook'
  | 'msg'
  | 'code'
  | 'req'

/** Who inside a customer consumed: a member, a key or a task, named by the product. 1 to 128 characters. */
export type SubjectId = string

const SHAPE =
  /^(cus|dec|hold|use|mon|bal|grt|pol|key|pur|case|aud|usr|ses|inv|mail|alt|hook|msg|code|req)_[0-9a-f]{32}$/

/** True for a well-formed id of that prefix; says nothing about whether it exists. */
export function isId(text: string, prefix: IdPrefix): boolean {
  return SHAPE.test(text) && text.startsWith(`${prefix}_`)
}
