import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PaymentsUnavailable } from '../../ports/payments.ts'
import { stripePayments } from '../payments/stripe/payments.ts'
import { memoryJournal } from '../payments/test-processor/journal.ts'
import { sign, testProcessor } from '../payments/test-processor/processor.ts'
import { type StripeServer, startStripeServer, stripeSignature } from '../payments/testing/stripe-server.ts'
import { type TestClock, testClock } from '../system/test-clock.ts'
import { ids, START_MS } from './drafts.ts'
import { paymentsConformance } from './payments.ts'

const SECRET = 'a secret of the tests'

describe('test processor', () => {
  paymentsConformance(async () => {
    const clock = testClock(START_MS)
    let waiting: { atMs: number; work: () => void }[] = []
    const { payments, desk } = testProcessor({
      nowMs: clock.nowMs,
      later: (ms, work) => void waiting.push({ atMs: clock.nowMs() + ms, work }),
      journal: memoryJournal(),
      secret: SECRET,
      pagesUrl: 'http://127.0.0.1/checkout/test',
      onFault: (fault) => {
        throw fault
      },
    })
    const settle = async (): Promise<void> => {
      for (let due = waiting; due.length > 0; due = waiting.filter(({ atMs }) => atMs <= clock.nowMs())) {
        const now = due.filter(({ atMs }) => atMs <= clock.nowMs())
        if (now.length === 0) return
        waiting = waiting.filter((one) => !now.includes(one))
        for (const { work } of now) work()
        await Promise.resolve()
      }
    }
    return { payments, desk, clock, settle, sign: (body, atMs) => sign(body, SECRET, atMs) }
  })
})

const KEYS = { secretKey: 'sk_test_1', webhookSecret: 'whsec_1' }

describe('stripe', () => {
  let clock: TestClock
  let server: StripeServer
  beforeEach(async () => {
    clock = testClock(START_MS)
    server = await startStripeServer({ ...KEYS, nowMs: clock.nowMs })
  })
  afterEach(() => server.close())
  const payments = () => stripePayments({ ...KEYS, apiBase: server.url })

  paymentsConformance(async () => ({
    payments: payments(),
    desk: server.desk,
    clock,
    settle: async () => {},
    sign: (body, atMs) => stripeSignature(body, KEYS.webhookSecret, atMs),
  }))

  test('a processor that fails is said to be unavailable, and nothing was carried out', async () => {
    const before = server.carriedOut.length
    server.failWith(500)
    await expect(payments().read({ reference: 'cs_test_1' })).rejects.toThrow(PaymentsUnavailable)
    server.failWith(null)
    expect(server.carriedOut).toHaveLength(before)
    const nowhere = stripePayments({ ...KEYS, apiBase: 'http://127.0.0.1:9' })
    await expect(nowhere.read({ reference: 'cs_test_1' })).rejects.toThrow(PaymentsUnavailable)
  })

  test('the same purchase asked for at once is one checkout there', async () => {
    const order = {
      purchase: ids.next('pur', START_MS),
      title: 'x',
      totalMinor: 100n,
      currency: 'EUR',
      email: 'ada@example.com',
      keepMethod: false,
      expiresAtMs: START_MS + 3_600_000,
      doneUrl: 'http://127.0.0.1/done',
      backUrl: 'http://127.0.0.1/back',
    }
    const opened = await Promise.all([1, 2, 3].map(() => payments().openCheckout(order)))
    expect(new Set(opened.map(({ reference }) => reference)).size).toBe(1)
  })
})
