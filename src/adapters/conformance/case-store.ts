import { beforeEach, expect, test } from 'vitest'
import type { CaseEvidence } from '../../core/case/evidence.ts'
import type { AuditLog } from '../../ports/audit-log.ts'
import { CASE_MESSAGES, type CaseFile, type CaseStore, RUNNING_CASES } from '../../ports/case-store.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { auditDraft, START_MS } from './drafts.ts'

const ids = uuidV7Ids()
const newCustomer = () => ids.next('cus', START_MS)
const user = ids.next('usr', START_MS)

const evidence: CaseEvidence = {
  collectedAtMs: START_MS,
  decision: {
    id: ids.next('dec', START_MS),
    atMs: START_MS,
    outcome: 'allowed',
    featureTitle: 'Chat "é"',
    sentence: 'Allowed.',
    cost: 2n ** 62n,
    granted: 3n,
    policyVersion: 1,
    stateVersion: 2,
    replay: 'identical',
  },
  standing: {
    at: 'decided',
    atMs: START_MS,
    stateVersion: 1,
    status: 'active',
    tier: 'Small',
    consent: 'ask',
    windows: [{ title: '5 hours', limit: 2n ** 62n, used: 0n, overridden: false }],
    available: [{ layer: 'credits', amount: 1n }],
    openHolds: 0,
  },
  alike: { found: [{ id: ids.next('dec', START_MS), atMs: START_MS, sentence: 'Allowed.' }], complete: true },
  proof: [],
}

type NewFile = Omit<CaseFile, 'messages'>
const fileOf = (customer: string, change: Partial<NewFile> = {}): NewFile => ({
  id: ids.next('case', START_MS),
  customer,
  title: 'Why was this charged?',
  about: { kind: 'decision', id: ids.next('dec', START_MS) },
  state: 'open',
  evidence,
  openedBy: user,
  openedByName: 'Ada',
  openedAtMs: START_MS,
  changedAtMs: START_MS,
  ...change,
})
const message = (body: string, side: 'customer' | 'staff' = 'customer') => ({
  side,
  author: user,
  authorName: 'Ada',
  body,
  writtenAtMs: START_MS + 1,
})

/** What every store of cases must do. `open` gives an empty one, and the audit log beside it. */
export function caseStoreConformance(open: () => Promise<{ store: CaseStore; audit: AuditLog }>): void {
  let store: CaseStore
  let audit: AuditLog
  beforeEach(async () => {
    ;({ store, audit } = await open())
  })
  const opened = async (file: NewFile) => {
    expect(await store.open(file, message('first'), auditDraft())).toEqual({ kind: 'opened' })
    return file
  }

  test('is kept with its evidence, audited, and listed newest first for its customer alone', async () => {
    const customer = newCustomer()
    const before = await audit.head()
    const one = await opened(fileOf(customer))
    const two = await opened(fileOf(customer, { about: { kind: 'usage', id: ids.next('use', START_MS) } }))
    await opened(fileOf(newCustomer()))
    expect(await store.byId(one.id)).toEqual({ ...one, messages: 1 })
    const { evidence: _, ...listed } = { ...two, messages: 1 }
    expect((await store.list(customer)).map(({ id }) => id)).toEqual([two.id, one.id])
    expect((await store.list(customer))[0]).toEqual(listed)
    expect(await store.messages(one.id)).toEqual([{ ...message('first'), number: 1 }])
    expect((await audit.head()).seq - before.seq).toBe(3)
    expect(await store.byId(`case_${'0'.repeat(32)}`)).toBeNull()
    expect(await store.messages(`case_${'0'.repeat(32)}`)).toEqual([])
  })

  test('a record has one running case, of twenty opened at once too', async () => {
    const customer = newCustomer()
    const about = { kind: 'decision', id: ids.next('dec', START_MS) } as const
    const files = Array.from({ length: 20 }, () => fileOf(customer, { about }))
    const results = await Promise.all(files.map((file) => store.open(file, message('x'), auditDraft())))
    expect(results.filter(({ kind }) => kind === 'opened')).toHaveLength(1)
    const [kept] = await store.list(customer)
    expect(results.filter((one) => one.kind === 'running' && one.id === kept?.id)).toHaveLength(19)
    expect(await store.running(customer, about.id)).toBe(kept?.id)
    expect(await store.running(newCustomer(), about.id)).toBeNull()
    expect(await store.running(customer, about.id.replace('dec_', 'use_'))).toBeNull()
    expect(await store.running(customer, 'nonsense')).toBeNull()
    await store.close(kept?.id ?? '', START_MS, auditDraft())
    expect(await store.running(customer, about.id)).toBeNull()
    await opened(fileOf(customer, { about }))
  })

  test('a customer has no more running cases than the bound, opened at once too', async () => {
    const customer = newCustomer()
    const files = Array.from({ length: RUNNING_CASES + 5 }, () => fileOf(customer))
    const results = await Promise.all(files.map((file) => store.open(file, message('x'), auditDraft())))
    expect(results.filter(({ kind }) => kind === 'opened')).toHaveLength(RUNNING_CASES)
    expect(results.filter(({ kind }) => kind === 'too_many')).toHaveLength(5)
  })

  test('the word passes from side to side, and messages written at once all stay, in one order', async () => {
    const { id } = await opened(fileOf(newCustomer()))
    expect(await store.reply(id, message('answer', 'staff'))).toBe('added')
    expect(await store.byId(id)).toMatchObject({ state: 'answered', changedAtMs: START_MS + 1, messages: 2 })
    const bodies = Array.from({ length: 10 }, (_, n) => `m${n}`)
    await Promise.all(bodies.map((body) => store.reply(id, message(body))))
    expect(await store.byId(id)).toMatchObject({ state: 'open', messages: 12 })
    const said = await store.messages(id)
    expect(said.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    expect(
      said
        .slice(2)
        .map(({ body }) => body)
        .toSorted(),
    ).toEqual(bodies)
  })

  test('those in which staff has the word are found over all customers, the longest first, bounded', async () => {
    const files: NewFile[] = []
    for (const changedAtMs of [START_MS + 3, START_MS + 1, START_MS + 2])
      files.push(await opened(fileOf(newCustomer(), { changedAtMs })))
    const [last, first, second] = files.map(({ id }) => id)
    expect((await store.waiting(2)).map(({ id }) => id)).toEqual([first, second])
    await store.reply(first ?? '', message('answer', 'staff'))
    await store.close(second ?? '', START_MS + 9, auditDraft())
    const [waits, ...rest] = await store.waiting(9)
    expect([waits?.id, rest]).toEqual([last, []])
    expect(waits).not.toHaveProperty('evidence')
  })

  test('closes once, and then takes no more', async () => {
    const { id } = await opened(fileOf(newCustomer()))
    const before = await audit.head()
    const closed = await Promise.all([1, 2, 3].map((n) => store.close(id, START_MS + n, auditDraft())))
    expect(closed.filter(Boolean)).toHaveLength(1)
    expect((await audit.head()).seq - before.seq).toBe(1)
    expect(await store.reply(id, message('late'))).toBe('closed')
    expect(await store.reply(`case_${'0'.repeat(32)}`, message('lost'))).toBe('unknown')
    expect(await store.close(`case_${'0'.repeat(32)}`, START_MS, auditDraft())).toBe(false)
    expect((await store.byId(id))?.state).toBe('closed')
  })

  test('has a bound on its messages', async () => {
    const { id } = await opened(fileOf(newCustomer()))
    for (let n = 1; n < CASE_MESSAGES; n++) expect(await store.reply(id, message('m'))).toBe('added')
    expect(await store.reply(id, message('one too many'))).toBe('full')
    expect(await store.messages(id)).toHaveLength(CASE_MESSAGES)
  })
}
