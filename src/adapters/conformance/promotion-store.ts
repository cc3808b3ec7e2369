import { beforeEach, describe, expect, test } from 'vitest'
import type { PromotionCode } from '../../core/promotion/code.ts'
import type { AuditLog } from '../../ports/audit-log.ts'
import type { PromotionStore } from '../../ports/promotion-store.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { auditDraft, START_MS } from './drafts.ts'

/** Of this suite alone: ids of one instant sort by when they were made only while nobody asks for a later one. */
const ids = uuidV7Ids()

const codeOf = (change: Partial<PromotionCode> = {}): PromotionCode => {
  const id = ids.next('code', START_MS)
  return {
    id,
    code: id.slice(-12).toUpperCase(),
    title: 'Welcome "é"',
    amount: 2n ** 62n,
    features: ['chat'],
    grantDays: 30,
    totalLimit: 10,
    customerLimit: 1,
    redeemed: 0,
    validFromMs: START_MS,
    validUntilMs: START_MS + 1_000,
    createdAtMs: START_MS,
    ...change,
  }
}

/** What every promotion store must do. `open` gives an empty one, and the audit log beside it. */
export function promotionStoreConformance(open: () => Promise<{ store: PromotionStore; audit: AuditLog }>): void {
  let store: PromotionStore
  let audit: AuditLog
  beforeEach(async () => {
    ;({ store, audit } = await open())
  })
  const created = async (change: Partial<PromotionCode> = {}) => {
    const code = codeOf(change)
    await store.create(code, auditDraft())
    return code
  }
  const newCustomer = () => ids.next('cus', START_MS)
  const take = (code: PromotionCode, customer = newCustomer(), atMs = START_MS) =>
    store.take({ code: code.code, customer, atMs })

  test('a code is made once, audited, and kept as it was', async () => {
    const before = await audit.head()
    const code = await created()
    const open = await created({ features: null, grantDays: null, validUntilMs: null })
    expect(await store.create(codeOf({ code: code.code }), auditDraft())).toBe('taken')
    expect(await store.byCode(code.code)).toEqual(code)
    expect(await store.list()).toEqual([open, code])
    expect((await audit.head()).seq - before.seq).toBe(2)
    expect(await store.byCode('NOBODY')).toBeNull()
  })

  describe('places', () => {
    test('are no more than the limit, of sixty who ask at once', async () => {
      const code = await created()
      const results = await Promise.all(Array.from({ length: 60 }, () => take(code)))
      const kinds = results.map((result) => (result.kind === 'refused' ? result.standing : result.kind))
      expect(kinds.filter((kind) => kind === 'taken')).toHaveLength(10)
      expect(kinds.filter((kind) => kind === 'used_up')).toHaveLength(50)
      expect((await store.byCode(code.code))?.redeemed).toBe(10)
    })

    test('of one customer: the one that was not granted is given again, and a granted one counts', async () => {
      const code = await created({ customerLimit: 2 })
      const customer = newCustomer()
      const numbers = await Promise.all([take(code, customer), take(code, customer), take(code, customer)])
      expect(numbers.map((result) => result.kind === 'taken' && result.redemption.number)).toEqual([1, 1, 1])
      await store.granted({ code: code.id, customer, number: 1 }, START_MS)
      expect(await take(code, customer)).toMatchObject({ kind: 'taken', redemption: { number: 2 } })
      await store.granted({ code: code.id, customer, number: 2 }, START_MS)
      expect(await take(code, customer)).toEqual({ kind: 'refused', standing: 'customer_limit' })
      expect((await store.byCode(code.code))?.redeemed).toBe(2)
    })

    test.each([
      { atMs: START_MS - 1, standing: 'not_yet' },
      { atMs: START_MS + 1_000, standing: 'over' },
    ])('are refused at $atMs: $standing', async ({ atMs, standing }) => {
      expect(await take(await created(), newCustomer(), atMs)).toEqual({ kind: 'refused', standing })
    })

    test('of an unknown code are unknown', async () => {
      expect(await take(codeOf())).toEqual({ kind: 'unknown' })
    })

    test('without a grant are found again, until it is noted', async () => {
      const code = await created()
      const customer = newCustomer()
      await take(code, customer)
      expect(await store.ungranted(START_MS, 10)).toEqual([])
      expect(await store.ungranted(START_MS + 1, 10)).toMatchObject([{ code: { id: code.id }, customer, number: 1 }])
      await store.granted({ code: code.id, customer, number: 1 }, START_MS)
      expect(await store.ungranted(START_MS + 1, 10)).toEqual([])
    })
  })
}
