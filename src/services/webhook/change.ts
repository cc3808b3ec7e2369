import type { WebhookEvent } from '../../core/delivery/webhook.ts'
import type { CustomerId, WebhookId } from '../../core/shared/ids.ts'
import type { Actor, AuditEntryDraft } from '../../ports/audit-log.ts'
import type { WebhookEndpoint } from '../../ports/webhook-store.ts'
import type { Engine } from '../engine.ts'
import { messageTo } from './publish.ts'
import { newSecret, sealSecret } from './secret.ts'

export type WebhookEngine = Pick<Engine, 'webhooks' | 'webhookSender' | 'ids' | 'clock' | 'secret'>

interface Own {
  readonly id: WebhookId
  readonly customer: CustomerId
  readonly actor: Actor
}

function auditOf(engine: WebhookEngine, action: string, own: Own, detail: AuditEntryDraft['detail']): AuditEntryDraft {
  const atMs = engine.clock.nowMs()
  const { id: target, customer, actor } = own
  return { id: engine.ids.next('aud', atMs), actor, action, target, customer, reason: null, detail, atMs }
}

export type AddOutcome =
  /** The one time that the secret is told. */
  | { readonly kind: 'added'; readonly id: WebhookId; readonly secret: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'too_many' }

export async function addWebhook(
  engine: WebhookEngine,
  input: {
    readonly customer: CustomerId
    readonly url: string
    readonly events: readonly WebhookEvent[]
    readonly actor: Actor
  },
): Promise<AddOutcome> {
  const { customer, url, events, actor } = input
  const why = engine.webhookSender.refusal(url)
  if (why !== null) return { kind: 'refused', why }
  const createdAtMs = engine.clock.nowMs()
  const id = engine.ids.next('hook', createdAtMs)
  const secret = newSecret()
  const endpoint: WebhookEndpoint = {
    id,
    customer,
    url,
    events,
    sealedSecret: sealSecret(secret, engine.secret),
    createdAtMs,
    failingSinceMs: null,
    disabledAtMs: null,
  }
  const audit = auditOf(engine, 'webhook.create', { id, customer, actor }, { url, events })
  const result = await engine.webhooks.add(endpoint, audit)
  return result === 'added' ? { kind: 'added', id, secret } : { kind: 'too_many' }
}

export const removeWebhook = (engine: WebhookEngine, own: Own): Promise<boolean> =>
  engine.webhooks.remove({ ...own, atMs: engine.clock.nowMs() }, auditOf(engine, 'webhook.remove', own, {}))

export const enableWebhook = (engine: WebhookEngine, own: Own): Promise<boolean> =>
  engine.webhooks.enable(own, auditOf(engine, 'webhook.enable', own, {}))

/** Somebody else's server may stand behind the address: what is asked for sooner again is the same ping. */
const PING_MS = 10_000

/** Queues a ping, so that its owner sees whether deliveries arrive. False: no such endpoint, or it is off. */
export async function pingWebhook(engine: WebhookEngine, own: Pick<Own, 'id' | 'customer'>): Promise<boolean> {
  const endpoint = (await engine.webhooks.list(own.customer)).find(({ id }) => id === own.id)
  if (endpoint === undefined || endpoint.disabledAtMs !== null) return false
  const atMs = engine.clock.nowMs()
  const key = `ping/${Math.floor(atMs / PING_MS)}`
  const { customer } = own
  await engine.webhooks.queue([messageTo(engine, endpoint, { customer, key, type: 'ping', atMs, data: { customer } })])
  return true
}
