import { beforeEach, expect, test } from 'vitest'
import type { AuditLog } from '../../ports/audit-log.ts'
import type { LimitAnswer, LimitRequest, LimitRequestStore } from '../../ports/limit-request-store.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { auditDraft, START_MS } from './drafts.ts'

const ids = uuidV7Ids()
const newCustomer = () => ids.next('cus', START_MS)

const requestOf = (customer: string, change: Partial<LimitRequest> = {}): LimitRequest => ({
  id: ids.next('req', START_MS),
  customer,
  target: { kind: 'window', id: 'five_hour' },
  title: '5-hour "window"',
  limitThen: 0n,
  asked: 2n ** 62n,
  why: "We're growing; é",
  askedBy: ids.next('usr', START_MS),
  askedByName: 'Ada',
  askedAtMs: START_MS,
  outcome: { state: 'open' },
  ...change,
})

/** What every store of limit requests must do. `open` gives an empty one, and the audit log beside it. */
export function limitRequestStoreConformance(open: () => Promise<{ store: LimitRequestStore; audit: AuditLog }>): void {
  let store: LimitRequestStore
  let audit: AuditLog
  beforeEach(async () => {
    ;({ store, audit } = await open())
  })
  const by = ids.next('usr', START_MS)
  const answered = { answer: 'Here it is', answeredBy: by, answeredAtMs: START_MS + 1 }
  const yes = { state: 'approved', granted: 5n, grantedUntilMs: null, ...answered, appliedAtMs: null } as const
  const no: LimitAnswer = { state: 'declined', ...answered }

  test('is kept as it was asked, audited, and listed newest first for its customer alone', async () => {
    const customer = newCustomer()
    const before = await audit.head()
    const one = requestOf(customer)
    const two = requestOf(customer, { target: { kind: 'guard', id: 'five_hour' } })
    expect(await store.create(one, auditDraft())).toBe('created')
    expect(await store.create(two, auditDraft())).toBe('created')
    expect(await store.create(requestOf(newCustomer()), auditDraft())).toBe('created')
    expect(await store.list(customer)).toEqual([two, one])
    expect(await store.byId(one.id)).toEqual(one)
    expect(await store.byId(`req_${'0'.repeat(32)}`)).toBeNull()
    expect((await audit.head()).seq - before.seq).toBe(3)
  })

  test('of twenty at once for one limit one is kept; after its answer another may be asked', async () => {
    const customer = newCustomer()
    const all = Array.from({ length: 20 }, () => requestOf(customer))
    const results = await Promise.all(all.map((request) => store.create(request, auditDraft())))
    expect(results.filter((result) => result === 'created')).toHaveLength(1)
    const [kept] = await store.list(customer)
    await store.answer(kept?.id ?? '', no, auditDraft())
    expect(await store.create(requestOf(customer), auditDraft())).toBe('created')
  })

  test('the first of many answers stands', async () => {
    const request = requestOf(newCustomer())
    await store.create(request, auditDraft())
    const before = await audit.head()
    const answers = await Promise.all([yes, no, yes, no].map((one) => store.answer(request.id, one, auditDraft())))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect((await audit.head()).seq - before.seq).toBe(1)
    expect((await store.byId(request.id))?.outcome).toEqual(answers[0] || answers[2] ? yes : no)
  })

  test.each([
    ['approved', { ...yes, grantedUntilMs: START_MS + 9 }],
    ['declined', no],
  ] as const)('an answer is kept: %s', async (_, outcome) => {
    const request = requestOf(newCustomer())
    await store.create(request, auditDraft())
    expect(await store.answer(request.id, outcome, auditDraft())).toBe(true)
    expect(await store.byId(request.id)).toEqual({ ...request, outcome })
  })

  test('an approval is put in force once; nothing else is', async () => {
    const [good, bad] = [requestOf(newCustomer()), requestOf(newCustomer())]
    for (const one of [good, bad]) await store.create(one, auditDraft())
    await store.answer(good.id, yes, auditDraft())
    for (const atMs of [START_MS + 2, START_MS + 3]) await store.applied(good.id, atMs)
    await store.applied(bad.id, START_MS + 2)
    expect((await store.byId(good.id))?.outcome).toEqual({ ...yes, appliedAtMs: START_MS + 2 })
    expect((await store.byId(bad.id))?.outcome).toEqual({ state: 'open' })
  })
  test('those that wait are found over all customers, the longest first, bounded', async () => {
    const all = Array.from({ length: 3 }, () => requestOf(newCustomer()))
    for (const one of all) await store.create(one, auditDraft())
    const [first, second, third] = all.map(({ id }) => id)
    expect((await store.open(2)).map(({ id }) => id)).toEqual([first, second])
    await store.answer(second ?? '', no, auditDraft())
    expect((await store.open(9)).map(({ id }) => id)).toEqual([first, third])
  })

  test('approvals that are not in force yet are found, the oldest first, bounded; nothing else is', async () => {
    const [first, second, third, declined, open] = Array.from({ length: 5 }, () => requestOf(newCustomer()))
    for (const one of [first, second, third, declined, open]) await store.create(one!, auditDraft())
    await store.answer(second!.id, { ...yes, answeredAtMs: START_MS + 2 }, auditDraft())
    await store.answer(first!.id, yes, auditDraft())
    await store.answer(third!.id, { ...yes, answeredAtMs: START_MS + 9 }, auditDraft())
    await store.answer(declined!.id, no, auditDraft())
    const found = async (limit: number) => (await store.unapplied(START_MS + 9, limit)).map(({ id }) => id)
    expect(await found(10)).toEqual([first!.id, second!.id])
    expect(await found(1)).toEqual([first!.id])
    await store.applied(first!.id, START_MS + 9)
    expect(await found(10)).toEqual([second!.id])
  })
}
