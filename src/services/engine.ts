import type { Policy } from '../core/policy/policy.ts'
import type { Factors } from '../core/waterfall/state.ts'
import type { CustomerId, SubjectId } from '../core/shared/ids.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { CustomerStateStore } from '../ports/customer-state.ts'
import type { IdentityStore } from '../ports/identity-store.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Passwords } from '../ports/passwords.ts'
import type { Alarms } from '../ports/alarms.ts'
import type { AlertStore } from '../ports/alert-store.ts'
import type { CaseStore } from '../ports/case-store.ts'
import type { LimitRequestStore } from '../ports/limit-request-store.ts'
import type { MailStore } from '../ports/mail-store.ts'
import type { Mailer, MailRenderer } from '../ports/mailer.ts'
import type { Payments, TestProcessor } from '../ports/payments.ts'
import type { PolicyStore } from '../ports/policy-store.ts'
import type { PurchaseStore } from '../ports/purchase-store.ts'
import type { PromotionStore } from '../ports/promotion-store.ts'
import type { DueWork, Maintenance, Readers } from '../ports/readers.ts'
import type { SettlementStore } from '../ports/settlement-store.ts'
import type { ChangeSignals } from '../ports/signals.ts'
import type { UsageReader } from '../ports/usage-reader.ts'
import type { WebhookSender } from '../ports/webhook-sender.ts'
import type { WebhookStore } from '../ports/webhook-store.ts'
import type { Clock, Hash, Ids } from '../ports/system.ts'

/** What every service is given: the ports, and nothing of the adapters behind them. Built once, in `main/container`. */
export interface Engine {
  readonly customers: CustomerStateStore
  readonly settlement: SettlementStore
  readonly policyStore: PolicyStore
  readonly policies: Policies
  readonly keys: KeyStore
  readonly identity: IdentityStore
  readonly passwords: Passwords
  readonly mailer: Mailer
  readonly mails: MailStore
  readonly mailRenderer: MailRenderer
  readonly alerts: AlertStore
  readonly webhooks: WebhookStore
  readonly webhookSender: WebhookSender
  readonly promotions: PromotionStore
  readonly limitRequests: LimitRequestStore
  readonly cases: CaseStore
  readonly purchases: PurchaseStore
  /** Null: this installation sells nothing. */
  readonly payments: Payments | null
  /** What people do at the built-in test processor; null where it is not the processor. */
  readonly testDesk: TestProcessor | null
  /** Where people reach the portal. */
  readonly publicUrl: string
  readonly readers: Readers
  readonly usage: UsageReader
  readonly due: DueWork
  readonly maintenance: Maintenance
  readonly audit: AuditLog
  readonly alarms: Alarms
  readonly signals: ChangeSignals
  readonly clock: Clock
  readonly ids: Ids
  readonly hash: Hash
  readonly factors: FactorSource
  /** Signs consent tokens, cursors and reports. */
  readonly secret: string
}

/** Compiled policies in memory: versions are immutable, so a known one never goes stale. */
export interface Policies {
  /** The version in force on this process, at most 2 s behind. */
  current(): Policy
  /** A version that a hold or decision cites; undefined until `load` brought it. */
  get(version: number): Policy | undefined
  load(version: number): Promise<Policy | null>
}

/** Adaptive factors in force for a request; UNREDUCED until something adapts. */
export interface FactorSource {
  factorsFor(request: { customer: CustomerId; subject: SubjectId | null; feature: string }): Factors
}
