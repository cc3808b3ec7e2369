import type { WebhookEvent } from '../core/delivery/webhook.ts'
import type { CustomerId, WebhookId, WebhookMessageId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

export interface WebhookEndpoint {
  readonly id: WebhookId
  readonly customer: CustomerId
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly sealedSecret: string
  readonly createdAtMs: number
  /** Since when nothing got through; null: the last delivery did, or there was none. */
  readonly failingSinceMs: number | null
  readonly disabledAtMs: number | null
}

/** One event for one endpoint. `id` is the `webhook-id` that receivers tell duplicates by. */
export interface WebhookMessage {
  readonly id: WebhookMessageId
  readonly endpoint: WebhookId
  readonly customer: CustomerId
  /** Names the event: an endpoint is told of it once. */
  readonly key: string
  readonly type: WebhookEvent | 'ping'
  readonly body: string
  readonly status: 'queued' | 'delivered' | 'failed'
  readonly attempts: number
  readonly queuedAtMs: number
  readonly nextAttemptAtMs: number
  /** HTTP status of the latest attempt; null: no answer. */
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly lastAttemptAtMs: number | null
}

export type NewWebhookMessage = Pick<
  WebhookMessage,
  'id' | 'endpoint' | 'customer' | 'key' | 'type' | 'body' | 'queuedAtMs'
>

export interface WebhookConclusion {
  readonly atMs: number
  readonly httpStatus: number | null
  readonly error: string | null
  readonly outcome:
    | { readonly kind: 'delivered' }
    | { readonly kind: 'again'; readonly nextAttemptAtMs: number }
    | { readonly kind: 'failed' }
}

export const WEBHOOKS_PER_CUSTOMER = 10
export const WEBHOOK_LOG_LIMIT = 100

export interface WebhookStore {
  add(endpoint: WebhookEndpoint, audit: AuditEntryDraft): Promise<'added' | 'too_many'>
  /** Newest first; removed ones are not among them. */
  list(customer: CustomerId): Promise<readonly WebhookEndpoint[]>
  /** It hears of nothing more; what waits for it fails. */
  remove(endpoint: { id: WebhookId; customer: CustomerId; atMs: number }, audit: AuditEntryDraft): Promise<boolean>
  enable(endpoint: { id: WebhookId; customer: CustomerId }, audit: AuditEntryDraft): Promise<boolean>
  /** Switched off by us; false when it was already. What waits for it fails. */
  disable(endpoint: { id: WebhookId; atMs: number }, audit: AuditEntryDraft): Promise<boolean>
  /** Each once per endpoint and key. */
  queue(messages: readonly NewWebhookMessage[]): Promise<void>
  /**
   * As with mails: due ones, each given to one sender until `untilMs`. Of one endpoint no more than `perEndpoint`, so that
   * what waits for it does not stand before all others; of those in `except` none.
   */
  claim(claim: {
    nowMs: number
    untilMs: number
    limit: number
    perEndpoint: number
    except: readonly WebhookId[]
  }): Promise<readonly { message: WebhookMessage; endpoint: WebhookEndpoint }[]>
  /**
   * Of the attempt as claimed; false when its claim ran out. Answers since when the endpoint has been failing, this
   * attempt counted.
   */
  conclude(
    message: { id: WebhookMessageId; attempts: number },
    conclusion: WebhookConclusion,
  ): Promise<{ failingSinceMs: number | null } | false>
  /** Newest first, at most WEBHOOK_LOG_LIMIT. */
  log(query: { customer: CustomerId; endpoint: WebhookId | null; limit: number }): Promise<readonly WebhookMessage[]>
  /** Sends it again, with the same id, as if for the first time. False: not the customer's, waiting already, or its endpoint is off. */
  replay(message: { id: WebhookMessageId; customer: CustomerId; atMs: number }): Promise<boolean>
  purge(beforeMs: number, limit: number): Promise<number>
}
