import { beforeEach, describe, expect, test } from 'vitest'
import type { MailStore } from '../../ports/mail-store.ts'
import type { MailContent, MailDraft } from '../../ports/mailer.ts'
import { uuidV7Ids } from '../system/ids.ts'
import { START_MS } from './drafts.ts'

/** Of this suite alone: ids of one instant sort by when they were made only while nobody asks for a later one. */
const ids = uuidV7Ids()

const CONTENTS: readonly MailContent[] = [
  { template: 'sign_in_link', link: 'https://x.example/in?t=1', expiresAtMs: START_MS },
  {
    template: 'receipt',
    purchase: 'pur_1',
    credits: 2n ** 62n,
    totalMinor: 1999n,
    currency: 'EUR',
    paidAtMs: START_MS,
    link: 'https://x.example',
  },
  {
    template: 'alert_crossed',
    subject: 'é "x"',
    percent: 75,
    used: 0n,
    limit: 9n,
    resetsAtMs: null,
    link: 'https://x.example',
  },
]

const draft = (change: Partial<MailDraft> = {}): MailDraft => ({
  key: ids.next('mail', START_MS),
  to: 'ada@example.com',
  customer: null,
  content: CONTENTS[0] as MailContent,
  ...change,
})

/** What every outbox must do. `open` gives an empty one. */
export function mailStoreConformance(open: () => Promise<MailStore>): void {
  let store: MailStore
  beforeEach(async () => {
    store = await open()
  })
  const queued = async (change: Partial<MailDraft> = {}, atMs = START_MS) => {
    const id = ids.next('mail', atMs)
    await store.queue({ id, draft: draft(change), atMs })
    return id
  }
  const claimAt = (nowMs: number, limit = 10) => store.claim({ nowMs, untilMs: nowMs + 1_000, limit })

  describe('a mail', () => {
    test.each(CONTENTS)('about $template is kept as it was', async (content) => {
      const customer = ids.next('cus', START_MS)
      const id = await queued({ content, customer })
      expect(await store.byId(id)).toMatchObject({ id, content, customer, status: 'queued', attempts: 0 })
    })

    test('is queued once per key, also of twenty at once', async () => {
      const one = draft()
      const took = await Promise.all(
        Array.from({ length: 20 }, () => store.queue({ id: ids.next('mail', START_MS), draft: one, atMs: START_MS })),
      )
      expect(took.filter(Boolean)).toHaveLength(1)
      expect(await store.latest(100)).toHaveLength(1)
    })

    test.each(['', 'mail_x', `cus_${'0'.repeat(32)}`, `mail_${'0'.repeat(32)}`])('"%s" is none', async (id) => {
      expect(await store.byId(id)).toBeNull()
    })
  })

  describe('a claim', () => {
    test('takes what is due, oldest first and bounded', async () => {
      const first = await queued({}, START_MS)
      const second = await queued({}, START_MS + 1)
      await queued({}, START_MS + 50)
      expect((await claimAt(START_MS + 10, 1)).map(({ id }) => id)).toEqual([first])
      expect((await claimAt(START_MS + 10)).map(({ id }) => id)).toEqual([second])
      expect(await claimAt(START_MS + 10)).toEqual([])
    })

    test('gives each mail to one of five at once', async () => {
      for (let n = 0; n < 20; n += 1) await queued()
      const claims = await Promise.all(Array.from({ length: 5 }, () => claimAt(START_MS, 8)))
      const given = claims.flat().map(({ id }) => id)
      expect(given).toHaveLength(20)
      expect(new Set(given).size).toBe(20)
    })

    test('that nobody concluded is given again when its time is over, and its late conclusion is not written', async () => {
      const id = await queued()
      const [dead] = await claimAt(START_MS)
      expect(await claimAt(START_MS + 999)).toEqual([])
      const [alive] = await claimAt(START_MS + 1_000)
      expect(alive).toMatchObject({ id, attempts: 2 })
      expect(await store.conclude({ id, attempts: dead?.attempts ?? 0 }, { kind: 'failed', error: 'late' })).toBe(false)
      expect(await store.conclude({ id, attempts: 2 }, { kind: 'sent', atMs: START_MS + 1_001 })).toBe(true)
      expect(await store.byId(id)).toMatchObject({ status: 'sent', sentAtMs: START_MS + 1_001, lastError: null })
    })

    test('is made again after the pause that its conclusion names', async () => {
      const id = await queued()
      await claimAt(START_MS)
      await store.conclude({ id, attempts: 1 }, { kind: 'again', nextAttemptAtMs: START_MS + 30, error: 'busy' })
      expect(await claimAt(START_MS + 29)).toEqual([])
      expect(await claimAt(START_MS + 30)).toMatchObject([{ id, attempts: 2, lastError: 'busy' }])
    })

    test.each([{ kind: 'sent', atMs: START_MS } as const, { kind: 'failed', error: 'no such address' } as const])(
      'never comes after $kind',
      async (outcome) => {
        const id = await queued()
        await claimAt(START_MS)
        await store.conclude({ id, attempts: 1 }, outcome)
        expect(await claimAt(START_MS + 1_000_000)).toEqual([])
        expect((await store.byId(id))?.status).toBe(outcome.kind)
      },
    )
  })

  test('what is over is purged, bounded; what waits stays', async () => {
    const waiting = await queued()
    for (let n = 0; n < 3; n += 1) {
      const id = await queued({}, START_MS - 1)
      await store.claim({ nowMs: START_MS - 1, untilMs: START_MS + 99_999, limit: 1 })
      await store.conclude({ id, attempts: 1 }, { kind: 'sent', atMs: START_MS })
    }
    expect(await store.purge(START_MS - 1, 10)).toBe(0)
    expect(await store.purge(START_MS, 2)).toBe(2)
    expect(await store.purge(START_MS + 100, 10)).toBe(1)
    expect((await store.latest(10)).map(({ id }) => id)).toEqual([waiting])
  })
}
