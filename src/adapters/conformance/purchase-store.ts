import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AutoTopUp } from '../../core/purchase/auto-top-up.ts'
import { NO_FACTS, type Purchase } from '../../core/purchase/purchase.ts'
import type { AuditLog } from '../../ports/audit-log.ts'
import { BadCursor } from '../../ports/readers.ts'
import type { PurchaseStore } from '../../ports/purchase-store.ts'
import { auditDraft, ids, START_MS } from './drafts.ts'

/** What every purchase store must do. `open` gives an empty one, and the audit log beside it. */
export function purchaseStoreConformance(open: () => Promise<{ store: PurchaseStore; audit: AuditLog }>): void {
  let store: PurchaseStore
  let audit: AuditLog
  let customer: string
  beforeAll(async () => {
    ;({ store, audit } = await open())
  })
  beforeEach(() => {
    customer = ids.next('cus', START_MS)
  })

  const purchaseOf = (change: Partial<Purchase> = {}): Purchase => {
    const id = ids.next('pur', START_MS)
    return {
      id,
      customer,
      intent: id,
      origin: 'person',
      buyer: { id: 'usr_1', name: 'Ada', email: 'ada@example.com' },
      pack: {
        id: 'small',
        title: '10 credits',
        credits: 9_223_372_036_854_775_807n,
        totalMinor: 400n,
        taxMinor: 64n,
        taxNote: 'includes tax',
        currency: 'EUR',
        expiresAfterDays: 365,
      },
      policyVersion: 1,
      keepMethod: true,
      createdAtMs: START_MS,
      version: 1,
      facts: NO_FACTS,
      ...change,
    }
  }
  const start = async (change: Partial<Purchase> = {}, dueAtMs = START_MS + 1_000) => {
    const purchase = purchaseOf(change)
    await store.start(purchase, dueAtMs, auditDraft())
    return purchase
  }
  const paidBy = (purchase: Purchase, payment: string): Purchase => ({
    ...purchase,
    version: purchase.version + 1,
    facts: { ...purchase.facts, paid: { payment, event: 'evt', atMs: START_MS } },
  })
  const change = (purchase: Purchase, event: string | null = null, dueAtMs: number | null = null) =>
    store.change({
      purchase,
      event: event === null ? null : { processor: 'test', id: event, atMs: START_MS },
      dueAtMs,
      audit: null,
    })

  describe('a purchase', () => {
    test('is read as it was written, with every fact', async () => {
      const before = await start()
      const heard = { event: 'e', atMs: START_MS }
      const after: Purchase = {
        ...before,
        version: 2,
        facts: {
          checkout: { reference: 'chk', url: 'http://x', atMs: START_MS, expiresAtMs: START_MS + 1 },
          action: heard,
          failure: { ...heard, reason: '5n "quoted"' },
          expired: heard,
          paid: { ...heard, payment: `pay-${before.id}` },
          otherwise: [{ ...heard, payment: 'pay-other', amountMinor: 9_007_199_254_740_993n, currency: 'USD' }],
          method: { handle: 'h', label: 'l' },
          refunded: { ...heard, minor: 9_007_199_254_740_993n },
          refunds: [
            { ...heard, refund: 're_1', minor: 9_007_199_254_740_993n, failed: { ...heard, reason: 'closed' } },
            { ...heard, refund: 're_2', minor: 1n, failed: null },
          ],
          returns: [{ key: 'k', minor: 1n, totalMinor: 9_007_199_254_740_993n }],
          disputes: [{ dispute: 'd', opened: heard, closed: { ...heard, won: false } }],
          credited: { grant: ids.next('grt', START_MS), atMs: START_MS },
          takeBacks: [
            {
              cause: 'refund',
              amount: 9_007_199_254_740_993n,
              taken: 1n,
              plannedAtMs: START_MS,
              closedAtMs: null,
              returned: false,
            },
          ],
        },
      }
      expect(await store.read(before.id)).toEqual(before)
      expect(await change(after)).toBe('changed')
      expect(await store.read(before.id)).toEqual(after)
      expect(await store.byPayment(`pay-${before.id}`)).toEqual(after)
    })

    test('of one intent is one, also when ten begin at once; each customer has intents of its own', async () => {
      const head = await audit.head()
      const results = await Promise.all(
        Array.from({ length: 10 }, () => store.start(purchaseOf({ intent: 'same' }), START_MS, auditDraft())),
      )
      expect(results.filter(({ kind }) => kind === 'started')).toHaveLength(1)
      expect(new Set(results.map(({ purchase }) => purchase.id)).size).toBe(1)
      expect((await audit.head()).seq).toBe(head.seq + 1)
      const other = await store.start(
        purchaseOf({ intent: 'same', customer: ids.next('cus', START_MS) }),
        START_MS,
        auditDraft(),
      )
      expect(other.kind).toBe('started')
    })

    test('that is unknown is null', async () => {
      expect(await store.read(ids.next('pur', START_MS))).toBeNull()
      expect(await store.read('nonsense')).toBeNull()
      expect(await store.byPayment('nobody')).toBeNull()
    })
  })

  describe('a change', () => {
    test('of ten on one version, one is written', async () => {
      const purchase = await start()
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, i) => change(paidBy(purchase, `${purchase.id}/${i}`), `${purchase.id}/${i}`)),
      )
      expect(results.filter((one) => one === 'changed')).toHaveLength(1)
      expect(results.filter((one) => one === 'stale')).toHaveLength(9)
      expect((await store.read(purchase.id))?.version).toBe(2)
    })

    test('of a known event is not written again, whatever the version', async () => {
      const purchase = await start()
      const event = `event of ${purchase.id}`
      const paid = paidBy(purchase, purchase.id)
      expect(await change(paid, event)).toBe('changed')
      expect(await change(paid, event)).toBe('known_event')
      expect(await change({ ...paid, version: 3, facts: NO_FACTS }, event)).toBe('known_event')
      expect(await store.read(purchase.id)).toEqual(paid)
    })

    test('is audited with it, or not at all', async () => {
      const purchase = await start()
      const head = await audit.head()
      const next = paidBy(purchase, purchase.id)
      await store.change({ purchase: next, event: null, dueAtMs: null, audit: auditDraft() })
      expect((await audit.head()).seq).toBe(head.seq + 1)
      await store.change({ purchase: next, event: null, dueAtMs: null, audit: auditDraft() })
      expect((await audit.head()).seq).toBe(head.seq + 1)
    })
  })

  test('a list is newest first, in pages without seams, of one customer', async () => {
    const made: string[] = []
    for (let i = 0; i < 5; i += 1) made.unshift((await start()).id)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await store.list({ customer, cursor, limit: 2 })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(made)
    expect((await store.list({ customer: ids.next('cus', START_MS), cursor: null, limit: 2 })).items).toEqual([])
    await expect(store.list({ customer, cursor: 'nonsense', limit: 2 })).rejects.toThrow(BadCursor)
  })

  test('what is due is found at its time, longest overdue first, until it is looked at', async () => {
    const at = START_MS + 86_400_000 * 300
    const [late, early] = [await start({}, at + 2), await start({}, at + 1)]
    const due = async (nowMs: number) =>
      (await store.due(nowMs, 1_000)).map(({ id }) => id).filter((id) => id === late.id || id === early.id)
    expect(await due(at)).toEqual([])
    expect(await due(at + 1)).toEqual([early.id])
    expect(await due(at + 2)).toEqual([early.id, late.id])
    await store.looked(early.id, at + 10)
    await change({ ...late, version: 2 }, null, null)
    expect(await due(at + 9)).toEqual([])
    expect(await due(at + 10)).toEqual([early.id])
    await store.looked(early.id, null)
    expect(await due(at + 10)).toEqual([])
    expect((await store.due(at, 1)).length).toBeLessThanOrEqual(1)
  })

  describe('auto top-up', () => {
    const settingsOf = (more: Partial<AutoTopUp> = {}): AutoTopUp => ({
      customer,
      enabled: true,
      pack: 'small',
      threshold: 5_000_000n,
      monthlyMaxMinor: 9_007_199_254_740_993n,
      priceMinor: 9_007_199_254_740_995n,
      currency: 'EUR',
      method: { handle: 'h', label: 'l' },
      consent: { by: 'usr_1', name: 'Ada', email: null, atMs: START_MS, text: 'yes' },
      armed: true,
      period: '2026-11',
      spentMinor: 400n,
      sequence: 1,
      inFlight: { purchase: ids.next('pur', START_MS), amountMinor: 400n, period: '2026-11' },
      declines: 0,
      notBeforeMs: 0,
      switchedOff: null,
      version: 1,
      ...more,
    })

    test('does not exist until it is put, and is read as it was', async () => {
      expect(await store.topUp(customer)).toBeNull()
      const settings = settingsOf()
      expect(await store.putTopUp(settings, auditDraft())).toBe('changed')
      expect(await store.topUp(customer)).toEqual(settings)
      const next = settingsOf({ version: 2, inFlight: null })
      expect(await store.putTopUp(next, null)).toBe('changed')
      expect(await store.topUp(customer)).toEqual(next)
    })

    test('of ten who change one version, one does; none is audited that did not', async () => {
      await store.putTopUp(settingsOf(), null)
      const head = await audit.head()
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store.putTopUp(settingsOf({ version: 2, sequence: i }), auditDraft())),
      )
      expect(results.filter((one) => one === 'changed')).toHaveLength(1)
      expect((await audit.head()).seq).toBe(head.seq + 1)
      expect(await store.putTopUp(settingsOf({ version: 1 }), null)).toBe('stale')
      expect(await store.putTopUp(settingsOf({ version: 9 }), null)).toBe('stale')
    })

    test('those switched on are listed by customer, in pages', async () => {
      const customers = Array.from({ length: 4 }, () => ids.next('cus', START_MS)).sort()
      for (const [i, one] of customers.entries())
        await store.putTopUp(settingsOf({ customer: one, enabled: i !== 1 }), null)
      const on: string[] = []
      let after: string | null = null
      for (;;) {
        const page: readonly AutoTopUp[] = await store.topUpsOn(after, 2)
        on.push(...page.map((one) => one.customer))
        const last = page.at(-1)
        if (page.length < 2 || last === undefined) break
        after = last.customer
      }
      expect(on.filter((one) => customers.includes(one))).toEqual([customers[0], customers[2], customers[3]])
    })
  })
}
