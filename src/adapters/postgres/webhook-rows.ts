import type { WebhookEvent } from '../../core/delivery/webhook.ts'
import type { WebhookEndpoint, WebhookMessage } from '../../ports/webhook-store.ts'
import { fromUuid } from './codec/ids.ts'

export interface EndpointRow {
  id: string
  customer_id: string
  url: string
  events: WebhookEvent[]
  sealed_secret: string
  created_at: Date
  failing_since: Date | null
  disabled_at: Date | null
}

export interface MessageRow {
  id: string
  endpoint_id: string
  customer_id: string
  key: string
  type: WebhookMessage['type']
  body: string
  status: WebhookMessage['status']
  attempts: number
  queued_at: Date
  next_attempt_at: Date
  last_status: number | null
  last_error: string | null
  last_attempt_at: Date | null
}

export const decodeEndpoint = (row: EndpointRow): WebhookEndpoint => ({
  id: fromUuid('hook', row.id),
  customer: fromUuid('cus', row.customer_id),
  url: row.url,
  events: row.events,
  sealedSecret: row.sealed_secret,
  createdAtMs: row.created_at.getTime(),
  failingSinceMs: row.failing_since?.getTime() ?? null,
  disabledAtMs: row.disabled_at?.getTime() ?? null,
})

export const decodeMessage = (row: MessageRow): WebhookMessage => ({
  id: fromUuid('msg', row.id),
  endpoint: fromUuid('hook', row.endpoint_id),
  customer: fromUuid('cus', row.customer_id),
  key: row.key,
  type: row.type,
  body: row.body,
  status: row.status,
  attempts: row.attempts,
  queuedAtMs: row.queued_at.getTime(),
  nextAttemptAtMs: row.next_attempt_at.getTime(),
  lastStatus: row.last_status,
  lastError: row.last_error,
  lastAttemptAtMs: row.last_attempt_at?.getTime() ?? null,
})
