import type { AutoTopUp } from '../../core/purchase/auto-top-up.ts'
import type { Purchase } from '../../core/purchase/purchase.ts'
import { assert } from '../../core/shared/assert.ts'
import type { CustomerId, PurchaseId } from '../../core/shared/ids.ts'
import { idAfter, pageLimit, pageOf } from '../../ports/page.ts'
import type { PurchaseStore } from '../../ports/purchase-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

const LOOK_LIMIT = 1_000

/** Purchases are this store's alone, so their tables are its own; the audit log is everybody's. */
export function memoryPurchaseStore(db: MemoryDatabase): PurchaseStore {
  const purchases = new Map<PurchaseId, Purchase>()
  const byIntent = new Map<string, PurchaseId>()
  const dueAt = new Map<PurchaseId, number>()
  const events = new Set<string>()
  const topUps = new Map<CustomerId, AutoTopUp>()

  function setDue(id: PurchaseId, atMs: number | null): void {
    if (atMs === null) dueAt.delete(id)
    else dueAt.set(id, atMs)
  }
  const existing = (id: PurchaseId): Purchase => {
    const found = purchases.get(id)
    assert(found !== undefined, `there is a purchase ${id}`)
    return found
  }

  return {
    async start(purchase, dueAtMs, audit) {
      const intent = JSON.stringify([purchase.customer, purchase.intent])
      const known = byIntent.get(intent)
      if (known !== undefined) return { kind: 'known', purchase: existing(known) }
      byIntent.set(intent, purchase.id)
      purchases.set(purchase.id, purchase)
      setDue(purchase.id, dueAtMs)
      appendAudit(db, audit)
      return { kind: 'started', purchase }
    },
    async read(id) {
      return purchases.get(id) ?? null
    },
    async byPayment(payment) {
      return [...purchases.values()].find(({ facts }) => facts.paid?.payment === payment) ?? null
    },
    async list({ customer, cursor, limit }) {
      const list = `purchases/${customer}`
      const after = idAfter(list, 'pur', cursor)
      const most = pageLimit(limit)
      const own = [...purchases.values()]
        .filter((one) => one.customer === customer && (after === null || one.id < after))
        .sort((a, b) => (a.id < b.id ? 1 : -1))
      return pageOf(list, own.slice(0, most + 1), most, ({ id }) => id)
    },
    async change({ purchase, event, dueAtMs, audit }) {
      const eventKey = event === null ? null : JSON.stringify([event.processor, event.id])
      if (eventKey !== null && events.has(eventKey)) return 'known_event'
      if (purchases.get(purchase.id)?.version !== purchase.version - 1) return 'stale'
      if (eventKey !== null) events.add(eventKey)
      purchases.set(purchase.id, purchase)
      setDue(purchase.id, dueAtMs)
      if (audit !== null) appendAudit(db, audit)
      return 'changed'
    },
    async due(nowMs, limit) {
      return [...dueAt]
        .filter(([, atMs]) => atMs <= nowMs)
        .sort(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1))
        .slice(0, Math.min(limit, LOOK_LIMIT))
        .map(([id]) => existing(id))
    },
    async looked(id, dueAtMs) {
      setDue(id, dueAtMs)
    },
    async topUp(customer) {
      return topUps.get(customer) ?? null
    },
    async putTopUp(next, audit) {
      if ((topUps.get(next.customer)?.version ?? 0) !== next.version - 1) return 'stale'
      topUps.set(next.customer, next)
      if (audit !== null) appendAudit(db, audit)
      return 'changed'
    },
    async topUpsOn(after, limit) {
      return [...topUps.values()]
        .filter((one) => one.enabled && (after === null || one.customer > after))
        .sort((a, b) => (a.customer < b.customer ? -1 : 1))
        .slice(0, Math.min(limit, LOOK_LIMIT))
    },
  }
}
