import { beforeEach, describe, expect, test } from 'vitest'
import type { Alert, AlertStore } from '../../ports/alert-store.ts'
import type { AuditLog } from '../../ports/audit-log.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { auditDraft, START_MS } from './drafts.ts'

/** Of this suite alone: ids of one instant sort by when they were made only while nobody asks for a later one. */
const ids = uuidV7Ids()

const CUSTOMER = ids.next('cus', START_MS)

const alert = (change: Partial<Omit<Alert, 'subject'>> & { subject?: Partial<Alert['subject']> } = {}): Alert => ({
  id: ids.next('alt', START_MS),
  customer: CUSTOMER,
  threshold: 75,
  channels: ['portal', 'mail'],
  crossedAtMs: START_MS,
  readAtMs: null,
  ...change,
  subject: {
    kind: 'window',
    id: 'five_hour',
    title: '5-hour "é"',
    period: '1',
    used: 2n ** 62n,
    limit: 2n ** 63n - 1n,
    resetsAtMs: START_MS + 5,
    ...change.subject,
  },
})

/** What every alert store must do. `open` gives an empty one, and the audit log beside it. */
export function alertStoreConformance(open: () => Promise<{ store: AlertStore; audit: AuditLog }>): void {
  let store: AlertStore
  let audit: AuditLog
  beforeEach(async () => {
    ;({ store, audit } = await open())
  })

  describe('a crossing', () => {
    test('is news once, also of twenty at once, and is kept as it was', async () => {
      const drafts = Array.from({ length: 20 }, () => alert())
      const news = (await Promise.all(drafts.map((draft) => store.record([draft])))).flat()
      expect(news).toHaveLength(1)
      expect(await store.list(CUSTOMER, 10)).toEqual(news)
    })

    test.each([
      { name: 'threshold', other: { threshold: 90 as const } },
      { name: 'period', other: { subject: { period: '2' } } },
      { name: 'subject', other: { subject: { id: 'week' } } },
      { name: 'kind of subject', other: { subject: { kind: 'cap' as const } } },
      { name: 'customer', other: { customer: ids.next('cus', START_MS) } },
    ])('of another $name is news of its own', async ({ other }) => {
      await store.record([alert()])
      const [own, again] = [alert(other), alert()]
      expect(await store.record([again, own])).toEqual([own])
    })

    test('without the portal is not listed, and silences nothing else', async () => {
      await store.record([alert({ channels: [] }), alert({ threshold: 90, channels: ['mail'] })])
      expect(await store.list(CUSTOMER, 10)).toEqual([])
      expect(await store.unread(CUSTOMER)).toBe(0)
      expect(await store.untold(10)).toHaveLength(2)
    })
  })

  test('unread ones are the customer’s own, until they are read', async () => {
    const other = ids.next('cus', START_MS)
    await store.record([alert(), alert({ threshold: 90 }), alert({ customer: other })])
    expect(await store.unread(CUSTOMER)).toBe(2)
    await store.markRead(CUSTOMER, START_MS + 9)
    await store.markRead(CUSTOMER, START_MS + 99)
    expect((await store.list(CUSTOMER, 10)).map(({ readAtMs }) => readAtMs)).toEqual([START_MS + 9, START_MS + 9])
    expect([await store.unread(CUSTOMER), await store.unread(other)]).toEqual([0, 1])
  })

  test('lists are newest first, and bounded', async () => {
    const [first, second] = [alert(), alert({ threshold: 90 })]
    await store.record([first, second])
    expect((await store.list(CUSTOMER, 1)).map(({ id }) => id)).toEqual([second.id])
  })

  test('what was told is not to be told again', async () => {
    const [first, second] = [alert(), alert({ threshold: 90, crossedAtMs: START_MS + 1 })]
    await store.record([second, first])
    expect((await store.untold(1)).map(({ id }) => id)).toEqual([first.id])
    await store.told([first.id], START_MS)
    expect((await store.untold(10)).map(({ id }) => id)).toEqual([second.id])
  })

  test('settings are the customer’s own, replaced whole and audited', async () => {
    const before = await audit.head()
    expect(await store.settings(CUSTOMER)).toBeNull()
    await store.saveSettings(CUSTOMER, { portal: [50, 100], mail: [], webhook: [90] }, auditDraft())
    await store.saveSettings(CUSTOMER, { portal: [], mail: [75], webhook: [] }, auditDraft())
    expect(await store.settings(CUSTOMER)).toEqual({ portal: [], mail: [75], webhook: [] })
    expect(await store.settings(ids.next('cus', START_MS))).toBeNull()
    expect((await audit.head()).seq - before.seq).toBe(2)
  })
}
