import {
  WEBHOOK_LOG_LIMIT,
  WEBHOOKS_PER_CUSTOMER,
  type WebhookEndpoint,
  type WebhookMessage,
  type WebhookStore,
} from '../../ports/webhook-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

export function memoryWebhookStore(db: MemoryDatabase): WebhookStore {
  const endpoints = new Map<string, WebhookEndpoint>()
  const messages = new Map<string, WebhookMessage>()
  const own = (customer: string) => [...endpoints.values()].filter((endpoint) => endpoint.customer === customer)
  const newest = <T extends { readonly id: string }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => (a.id < b.id ? 1 : -1))
  const drop = (endpoint: string): void => {
    for (const message of messages.values())
      if (message.endpoint === endpoint && message.status === 'queued')
        messages.set(message.id, { ...message, status: 'failed', lastError: 'the endpoint was switched off' })
  }
  const live = (id: string): WebhookEndpoint | null => {
    const endpoint = endpoints.get(id)
    return endpoint === undefined || endpoint.disabledAtMs !== null ? null : endpoint
  }

  return {
    async add(endpoint, audit) {
      if (own(endpoint.customer).length >= WEBHOOKS_PER_CUSTOMER) return 'too_many'
      endpoints.set(endpoint.id, endpoint)
      appendAudit(db, audit)
      return 'added'
    },
    async list(customer) {
      return newest(own(customer))
    },
    async remove({ id, customer }, audit) {
      if (endpoints.get(id)?.customer !== customer) return false
      drop(id)
      endpoints.delete(id)
      appendAudit(db, audit)
      return true
    },
    async enable({ id, customer }, audit) {
      const endpoint = endpoints.get(id)
      if (endpoint?.customer !== customer || endpoint.disabledAtMs === null) return false
      endpoints.set(id, { ...endpoint, disabledAtMs: null, failingSinceMs: null })
      appendAudit(db, audit)
      return true
    },
    async disable({ id, atMs }, audit) {
      const endpoint = live(id)
      if (endpoint === null) return false
      endpoints.set(id, { ...endpoint, disabledAtMs: atMs })
      drop(id)
      appendAudit(db, audit)
      return true
    },
    async queue(drafts) {
      for (const draft of drafts) {
        const known = [...messages.values()].some((one) => one.endpoint === draft.endpoint && one.key === draft.key)
        if (known) continue
        const fresh = {
          status: 'queued',
          attempts: 0,
          lastStatus: null,
          lastError: null,
          lastAttemptAtMs: null,
        } as const
        messages.set(draft.id, { ...draft, ...fresh, nextAttemptAtMs: draft.queuedAtMs })
      }
    },
    async claim({ nowMs, untilMs, limit, perEndpoint, except }) {
      const due = [...messages.values()].filter(
        ({ status, nextAttemptAtMs, endpoint }) =>
          status === 'queued' && nextAttemptAtMs <= nowMs && live(endpoint) !== null && !except.includes(endpoint),
      )
      due.sort((a, b) => a.nextAttemptAtMs - b.nextAttemptAtMs || (a.id < b.id ? -1 : 1))
      const places = new Map<string, number>()
      const first = due.filter(({ endpoint }) => {
        const place = (places.get(endpoint) ?? 0) + 1
        places.set(endpoint, place)
        return place <= perEndpoint
      })
      return first.slice(0, limit).flatMap((message) => {
        const endpoint = live(message.endpoint)
        if (endpoint === null) return []
        const claimed = { ...message, attempts: message.attempts + 1, nextAttemptAtMs: untilMs }
        messages.set(message.id, claimed)
        return [{ message: claimed, endpoint }]
      })
    },
    async conclude({ id, attempts }, { atMs, httpStatus, error, outcome }) {
      const message = messages.get(id)
      if (message === undefined || message.status !== 'queued' || message.attempts !== attempts) return false
      messages.set(id, {
        ...message,
        status: outcome.kind === 'again' ? 'queued' : outcome.kind,
        nextAttemptAtMs: outcome.kind === 'again' ? outcome.nextAttemptAtMs : message.nextAttemptAtMs,
        lastStatus: httpStatus,
        lastError: error,
        lastAttemptAtMs: atMs,
      })
      const endpoint = endpoints.get(message.endpoint)
      if (endpoint === undefined) return { failingSinceMs: null }
      const failingSinceMs = outcome.kind === 'delivered' ? null : (endpoint.failingSinceMs ?? atMs)
      endpoints.set(endpoint.id, { ...endpoint, failingSinceMs })
      return { failingSinceMs }
    },
    async log({ customer, endpoint, limit }) {
      const found = [...messages.values()].filter(
        (message) => message.customer === customer && (endpoint === null || message.endpoint === endpoint),
      )
      return newest(found).slice(0, Math.min(limit, WEBHOOK_LOG_LIMIT))
    },
    async replay({ id, customer, atMs }) {
      const message = messages.get(id)
      if (message?.customer !== customer || message.status === 'queued' || live(message.endpoint) === null) return false
      messages.set(id, { ...message, status: 'queued', attempts: 0, nextAttemptAtMs: atMs })
      return true
    },
    async purge(beforeMs, limit) {
      const over = [...messages.values()].filter((one) => one.status !== 'queued' && one.queuedAtMs < beforeMs)
      for (const message of over.slice(0, limit)) messages.delete(message.id)
      return Math.min(over.length, limit)
    },
  }
}
