import { createHmac, timingSafeEqual } from 'node:crypto'
import type { PaymentEvent } from '../../../core/purchase/event.ts'
import {
  type Payments,
  PaymentRefused,
  type TestCheckout,
  type TestProcessor,
  WEBHOOK_AGE_MS,
  type WebhookReading,
} from '../../../ports/payments.ts'
import { type Account, Bank, refundedMinor, SLOW_MS } from './bank.ts'
import { encode, type Journal, reviveAmounts } from './journal.ts'

export interface TestProcessorOptions {
  nowMs(): number
  /** Runs `work` after so long. */
  later(ms: number, work: () => void): void
  readonly journal: Journal
  /** Signs webhooks. */
  readonly secret: string
  /** Of its checkout pages; the reference is added. */
  readonly pagesUrl: string
  readonly onFault: (error: unknown) => void
}

/** Deliveries of the event of the card that is there to show it. */
const DUPLICATES = 3
const REDELIVER_MS = [500, 2_000, 10_000] as const

/** The built-in processor for demos and tests: a bank without money, with webhooks that are signed and may come twice. */
export function testProcessor(options: TestProcessorOptions): {
  readonly payments: Payments
  readonly desk: TestProcessor
} {
  const { journal, secret, nowMs, later, onFault } = options
  let receive: ((body: string, signature: string) => Promise<unknown>) | null = null

  const bank = new Bank(
    {
      nowMs,
      prefix: { checkout: 'chk_', payment: 'pay_', method: 'tm_' },
      onChange: journal.write,
      onEvent(event, account) {
        const copies = event.kind === 'paid' && account.card === 'duplicate_webhook' ? DUPLICATES : 1
        for (let copy = 0; copy < copies; copy += 1) later(0, () => deliver(event, 0))
      },
    },
    journal.kept,
  )

  /** Once more after a while when nobody took it, a few times: then the other side has to ask. */
  function deliver(event: PaymentEvent, attempt: number): void {
    const body = encode({ event })
    const again = (error: unknown): void => {
      const pause = REDELIVER_MS[attempt]
      if (pause === undefined) onFault(error)
      else later(pause, () => deliver(event, attempt + 1))
    }
    receive?.(body, sign(body, secret, nowMs())).catch(again)
  }

  const shown = (account: Account | null): TestCheckout | null => (account === null ? null : shownAs(account))
  const payments: Payments = {
    processor: 'test',
    async openCheckout(order) {
      const { checkout } = bank.open(order)
      if (checkout === null) throw new PaymentRefused('this purchase was charged without a checkout')
      const { reference, expiresAtMs } = checkout
      return { reference, expiresAtMs, url: `${options.pagesUrl}/${reference}` }
    },
    async closeCheckout(reference) {
      bank.close(reference)
    },
    async read({ reference }) {
      return bank.find(reference)?.history ?? []
    },
    async charge(order) {
      return bank.charge(order).history
    },
    async refund({ payment, totalMinor }) {
      if (bank.refund(payment, totalMinor) === null) throw new PaymentRefused('there is no such payment to return')
    },
    async purchaseOf(payment) {
      return bank.find(payment)?.purchase ?? null
    },
    readWebhook: (webhook) => readWebhook(webhook, secret),
  }
  const desk: TestProcessor = {
    checkout: (reference) => shown(bank.find(reference)),
    async pay(reference, card) {
      const account = bank.pay(reference, card)
      if (account?.status === 'processing') later(SLOW_MS, () => void bank.find(reference))
      return shown(account)
    },
    answer: async (reference, agrees) => shown(bank.answer(reference, agrees)),
    backOffice: async (reference, action) => shown(bank.backOffice(reference, action)),
    deliverTo(to) {
      receive = to
    },
  }
  return { payments, desk }
}

function shownAs(account: Account): TestCheckout | null {
  const { checkout, purchase, title, totalMinor, currency, status, dispute, declined } = account
  if (checkout === null) return null
  const { reference, keepMethod, doneUrl, backUrl } = checkout
  const disputed = dispute !== null && dispute.won !== true
  return {
    reference,
    purchase,
    title,
    totalMinor,
    refundedMinor: refundedMinor(account),
    currency,
    keepMethod,
    status,
    disputed,
    declined,
    doneUrl,
    backUrl,
  }
}

/** `t=<ms>,v1=<HMAC-SHA-256 of "<ms>.<body>">` */
export function sign(body: string, secret: string, atMs: number): string {
  return `t=${atMs},v1=${createHmac('sha256', secret).update(`webhook\n${atMs}.${body}`).digest('hex')}`
}

function readWebhook(webhook: { body: string; signature: string; nowMs: number }, secret: string): WebhookReading {
  const { body, signature, nowMs } = webhook
  const atMs = Number(/^t=(\d{1,15}),v1=[0-9a-f]{64}$/.exec(signature)?.[1] ?? Number.NaN)
  if (Number.isNaN(atMs)) return { kind: 'bad_signature' }
  const expected = Buffer.from(sign(body, secret, atMs))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return { kind: 'bad_signature' }
  if (Math.abs(nowMs - atMs) > WEBHOOK_AGE_MS) return { kind: 'too_old' }
  try {
    return { kind: 'event', event: (reviveAmounts(body) as { event: PaymentEvent }).event }
  } catch {
    return { kind: 'malformed' }
  }
}
