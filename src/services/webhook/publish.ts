import type { WebhookEvent } from '../../core/delivery/webhook.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { NewWebhookMessage, WebhookEndpoint } from '../../ports/webhook-store.ts'
import type { Engine } from '../engine.ts'

export interface EventDraft {
  readonly customer: CustomerId
  readonly type: WebhookEvent
  /** Names what happened: an endpoint is told of it once. */
  readonly key: string
  readonly atMs: number
  /** JSON-safe; amounts as decimal strings of micro-credits. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Queues an event for each of the customer's endpoints that chose it; durable when it returns. */
export async function publishEvent(
  engine: Pick<Engine, 'webhooks' | 'ids' | 'clock'>,
  event: EventDraft,
): Promise<void> {
  const endpoints = await engine.webhooks.list(event.customer)
  const hearing = endpoints.filter(({ events, disabledAtMs }) => disabledAtMs === null && events.includes(event.type))
  await engine.webhooks.queue(hearing.map((endpoint) => messageTo(engine, endpoint, event)))
}

export function messageTo(
  engine: Pick<Engine, 'ids' | 'clock'>,
  endpoint: WebhookEndpoint,
  event: Omit<EventDraft, 'type'> & { readonly type: NewWebhookMessage['type'] },
): NewWebhookMessage {
  const nowMs = engine.clock.nowMs()
  return {
    id: engine.ids.next('msg', nowMs),
    endpoint: endpoint.id,
    customer: event.customer,
    key: event.key,
    type: event.type,
    body: JSON.stringify({ type: event.type, timestamp: new Date(event.atMs).toISOString(), data: event.data }),
    queuedAtMs: nowMs,
  }
}
