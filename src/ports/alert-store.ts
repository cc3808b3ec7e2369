import type { AlertSettings, AlertSubject, Channel, Threshold } from '../core/alert/alert.ts'
import type { AlertId, CustomerId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

/** A threshold that was crossed. */
export interface Alert {
  readonly id: AlertId
  readonly customer: CustomerId
  readonly subject: AlertSubject
  readonly threshold: Threshold
  readonly channels: readonly Channel[]
  readonly crossedAtMs: number
  readonly readAtMs: number | null
}

export const ALERT_LIST_LIMIT = 100

export interface AlertStore {
  /** Those of them that are news: once per customer, subject, period and threshold, whoever else records them. */
  record(alerts: readonly Alert[]): Promise<readonly Alert[]>
  /** Those told in the portal, newest first, at most ALERT_LIST_LIMIT. */
  list(customer: CustomerId, limit: number): Promise<readonly Alert[]>
  /** Counted to ALERT_LIST_LIMIT. */
  unread(customer: CustomerId): Promise<number>
  markRead(customer: CustomerId, atMs: number): Promise<void>
  /** Not told on their channels yet, oldest first. */
  untold(limit: number): Promise<readonly Alert[]>
  told(ids: readonly AlertId[], atMs: number): Promise<void>
  /** Null: never changed. */
  settings(customer: CustomerId): Promise<AlertSettings | null>
  saveSettings(customer: CustomerId, settings: AlertSettings, audit: AuditEntryDraft): Promise<void>
}
