import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditLog } from '../../ports/audit-log.ts'
import {
  type NewWebhookMessage,
  type WebhookEndpoint,
  WEBHOOKS_PER_CUSTOMER,
  type WebhookStore,
} from '../../ports/webhook-store.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { auditDraft, START_MS } from './drafts.ts'

/** Of this suite alone: ids of one instant sort by when they were made only while nobody asks for a later one. */
const ids = uuidV7Ids()

const newCustomer = () => ids.next('cus', START_MS)

/** What every webhook store must do. `open` gives an empty one, and the audit log beside it. */
export function webhookStoreConformance(open: () => Promise<{ store: WebhookStore; audit: AuditLog }>): void {
  let store: WebhookStore
  let audit: AuditLog
  beforeEach(async () => {
    ;({ store, audit } = await open())
  })
  const endpointOf = (customer: string): WebhookEndpoint => ({
    id: ids.next('hook', START_MS),
    customer,
    url: 'https://example.com/é?x=1',
    events: ['alert.crossed'],
    sealedSecret: 'sealed',
    createdAtMs: START_MS,
    failingSinceMs: null,
    disabledAtMs: null,
  })
  const added = async (customer = newCustomer()) => {
    const endpoint = endpointOf(customer)
    await store.add(endpoint, auditDraft())
    return endpoint
  }
  const messageTo = (endpoint: WebhookEndpoint, key = ids.next('msg', START_MS)): NewWebhookMessage => ({
    id: ids.next('msg', START_MS),
    endpoint: endpoint.id,
    customer: endpoint.customer,
    key,
    type: 'alert.crossed',
    body: '{"a":"é"}',
    queuedAtMs: START_MS,
  })
  const queued = async (endpoint: WebhookEndpoint) => {
    const message = messageTo(endpoint)
    await store.queue([message])
    return message.id
  }
  const claimAt = (nowMs: number, limit = 10, more: { perEndpoint?: number; except?: readonly string[] } = {}) =>
    store.claim({ nowMs, untilMs: nowMs + 1_000, limit, perEndpoint: 100, except: [], ...more })
  const logOf = (endpoint: WebhookEndpoint) =>
    store.log({ customer: endpoint.customer, endpoint: endpoint.id, limit: 10 })
  const failed = { httpStatus: 500, error: 'it answered 500' }

  describe('endpoints', () => {
    test('are the customer’s own, kept as they were, and audited', async () => {
      const before = await audit.head()
      const endpoint = await added()
      await added()
      expect(await store.list(endpoint.customer)).toEqual([endpoint])
      expect((await audit.head()).seq - before.seq).toBe(2)
    })

    test('are bounded, also when all are added at once', async () => {
      const customer = newCustomer()
      const results = await Promise.all(
        Array.from({ length: WEBHOOKS_PER_CUSTOMER + 5 }, () => store.add(endpointOf(customer), auditDraft())),
      )
      expect(results.filter((result) => result === 'added')).toHaveLength(WEBHOOKS_PER_CUSTOMER)
      expect(await store.list(customer)).toHaveLength(WEBHOOKS_PER_CUSTOMER)
    })

    test('are removed by their customer alone, once, and then hear of nothing', async () => {
      const { id, customer } = await added()
      const [endpoint] = await store.list(customer)
      await queued(endpoint as WebhookEndpoint)
      expect(await store.remove({ id, customer: newCustomer(), atMs: START_MS }, auditDraft())).toBe(false)
      expect(await store.remove({ id: 'hook_x', customer, atMs: START_MS }, auditDraft())).toBe(false)
      expect(await store.remove({ id, customer, atMs: START_MS }, auditDraft())).toBe(true)
      expect(await store.remove({ id, customer, atMs: START_MS }, auditDraft())).toBe(false)
      expect([await store.list(customer), await claimAt(START_MS)]).toEqual([[], []])
    })

    test('that were switched off take nothing until they are switched on again', async () => {
      const endpoint = await added()
      const waiting = await queued(endpoint)
      expect(await store.disable({ id: endpoint.id, atMs: START_MS + 1 }, auditDraft())).toBe(true)
      expect(await store.disable({ id: endpoint.id, atMs: START_MS + 2 }, auditDraft())).toBe(false)
      expect(await logOf(endpoint)).toMatchObject([{ id: waiting, status: 'failed' }])
      expect(await store.replay({ id: waiting, customer: endpoint.customer, atMs: START_MS })).toBe(false)
      expect(await store.list(endpoint.customer)).toMatchObject([{ disabledAtMs: START_MS + 1 }])
      expect(await store.enable({ id: endpoint.id, customer: newCustomer() }, auditDraft())).toBe(false)
      expect(await store.enable({ id: endpoint.id, customer: endpoint.customer }, auditDraft())).toBe(true)
      expect(await store.replay({ id: waiting, customer: endpoint.customer, atMs: START_MS })).toBe(true)
      expect(await claimAt(START_MS)).toHaveLength(1)
    })
  })

  describe('messages', () => {
    test('are queued once per endpoint and key', async () => {
      const [a, b] = [await added(), await added()]
      await Promise.all([store.queue([messageTo(a, 'k'), messageTo(b, 'k')]), store.queue([messageTo(a, 'k')])])
      expect([await logOf(a), await logOf(b)].map((log) => log.length)).toEqual([1, 1])
    })

    test('are claimed by one of five at once, with their endpoint', async () => {
      const endpoint = await added()
      for (let n = 0; n < 20; n += 1) await queued(endpoint)
      const claims = (await Promise.all(Array.from({ length: 5 }, () => claimAt(START_MS, 8)))).flat()
      expect(new Set(claims.map(({ message }) => message.id)).size).toBe(20)
      expect(claims).toHaveLength(20)
      expect(claims[0]?.endpoint).toEqual(endpoint)
    })

    test('of one endpoint do not stand before those of another, and of some none are taken', async () => {
      const [busy, calm, off] = [await added(), await added(), await added()]
      const waiting: string[] = []
      for (let n = 0; n < 12; n += 1) waiting.push(await queued(busy))
      const [one, two] = [await queued(calm), await queued(off)]
      const idsOf = async (claims: ReturnType<typeof claimAt>) => (await claims).map(({ message }) => message.id)
      const first = await idsOf(claimAt(START_MS, 10, { perEndpoint: 3, except: [off.id] }))
      expect(first).toEqual([...waiting.slice(0, 3), one])
      const second = await idsOf(claimAt(START_MS, 4, { perEndpoint: 3 }))
      expect(second).toEqual([...waiting.slice(3, 6), two])
      expect(await idsOf(claimAt(START_MS, 10, { except: [busy.id] }))).toEqual([])
      expect(await idsOf(claimAt(START_MS, 10))).toEqual(waiting.slice(6))
    })

    test('come back when a claim’s time is over; its late conclusion is not written', async () => {
      const endpoint = await added()
      const id = await queued(endpoint)
      await claimAt(START_MS)
      expect(await claimAt(START_MS + 999)).toEqual([])
      expect(await claimAt(START_MS + 1_000)).toMatchObject([{ message: { id, attempts: 2 } }])
      const late = await store.conclude(
        { id, attempts: 1 },
        { atMs: START_MS, httpStatus: 200, error: null, outcome: { kind: 'delivered' } },
      )
      expect(late).toBe(false)
      expect(await logOf(endpoint)).toMatchObject([{ status: 'queued', lastStatus: null }])
    })

    test('say since when their endpoint fails, until one gets through', async () => {
      const endpoint = await added()
      const id = await queued(endpoint)
      for (const [attempts, atMs] of [
        [1, START_MS],
        [2, START_MS + 2_000],
      ] as const) {
        await claimAt(atMs)
        const again = { kind: 'again', nextAttemptAtMs: atMs + 2_000 } as const
        expect(await store.conclude({ id, attempts }, { atMs, ...failed, outcome: again })).toEqual({
          failingSinceMs: START_MS,
        })
      }
      expect(await logOf(endpoint)).toMatchObject([{ status: 'queued', lastStatus: 500, lastError: 'it answered 500' }])
      await claimAt(START_MS + 4_000)
      const delivered = {
        atMs: START_MS + 4_000,
        httpStatus: 204,
        error: null,
        outcome: { kind: 'delivered' },
      } as const
      expect(await store.conclude({ id, attempts: 3 }, delivered)).toEqual({ failingSinceMs: null })
      expect(await claimAt(START_MS + 1_000_000)).toEqual([])
    })

    test('are replayed with the same id, by their customer alone', async () => {
      const endpoint = await added()
      const id = await queued(endpoint)
      const replay = (customer: string) => store.replay({ id, customer, atMs: START_MS + 5 })
      expect(await replay(endpoint.customer)).toBe(false)
      await claimAt(START_MS)
      await store.conclude({ id, attempts: 1 }, { atMs: START_MS, ...failed, outcome: { kind: 'failed' } })
      expect([await replay(newCustomer()), await replay(endpoint.customer)]).toEqual([false, true])
      expect(await claimAt(START_MS + 5)).toMatchObject([{ message: { id, attempts: 1 } }])
    })

    test('are listed newest first for their customer alone, and purged when they are over', async () => {
      const [own, other] = [await added(), await added()]
      const first = await queued(own)
      const second = await queued(own)
      await queued(other)
      const log = await store.log({ customer: own.customer, endpoint: null, limit: 10 })
      expect(log.map(({ id }) => id)).toEqual([second, first])
      expect(await store.log({ customer: own.customer, endpoint: other.id, limit: 10 })).toEqual([])
      await store.remove({ id: own.id, customer: own.customer, atMs: START_MS }, auditDraft())
      expect(await store.purge(START_MS, 10)).toBe(0)
      expect(await store.purge(START_MS + 1, 10)).toBe(2)
    })
  })
}
