import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PaymentEvent } from '../../../core/purchase/event.ts'
import type { TestProcessor } from '../../../ports/payments.ts'
import { type Account, Bank, type BankRefund, refundedMinor, sentMinor } from '../test-processor/bank.ts'

export interface StripeServer {
  readonly url: string
  /** What people and banks do; webhooks leave signed as Stripe signs them. */
  readonly desk: TestProcessor
  /** Calls so far that were carried out, not answered from an idempotency key. */
  readonly carriedOut: readonly string[]
  /** The next calls fail like this; null: they work. */
  failWith(status: number | null): void
  /** Idempotency keys are gone, as Stripe's are after a day. */
  forget(): void
  /** A webhook signed now. */
  signed(body: string): { readonly body: string; readonly signature: string }
  close(): Promise<void>
}

/** A local server that speaks as much of Stripe's HTTP as the adapter uses: form bodies, snake case, idempotency keys. */
export async function startStripeServer(options: {
  readonly secretKey: string
  readonly webhookSecret: string
  nowMs(): number
}): Promise<StripeServer> {
  const { nowMs, webhookSecret } = options
  let receive: ((body: string, signature: string) => Promise<unknown>) | null = null
  let failure: number | null = null
  const carriedOut: string[] = []
  const replies = new Map<string, Reply>()
  const deliveries: Promise<unknown>[] = []

  const bank = new Bank({
    nowMs,
    prefix: { checkout: 'cs_test_', payment: 'pi_', method: 'cus_1/pm_' },
    onChange() {},
    onEvent(event, account) {
      const body = JSON.stringify(eventObject(event, account))
      const copies = event.kind === 'paid' && account.card === 'duplicate_webhook' ? 3 : 1
      for (let copy = 0; copy < copies; copy += 1) {
        deliveries.push(receive?.(body, stripeSignature(body, webhookSecret, nowMs())) ?? Promise.resolve())
      }
    },
  })

  function answer(method: string, path: string, form: URLSearchParams): Reply {
    const [, , resource = '', id = '', verb = ''] = path.split('/')
    carriedOut.push(`${method} ${path}`)
    if (resource === 'checkout') return checkout(method, path.split('/')[4] ?? '', path.split('/')[5] ?? '', form)
    if (resource === 'payment_intents' && method === 'GET') return found(bank.find(id), intentObject)
    if (resource === 'payment_intents' && id === '') return charged(form)
    if (resource === 'refunds' && method === 'GET') return refundsOf(form.get('payment_intent') ?? '')
    if (resource === 'refunds') return refunded(form)
    if (resource === 'disputes') return disputesOf(form.get('payment_intent') ?? '')
    return failed(404, `Unrecognized request URL (${method}: ${path} ${verb})`)
  }

  function checkout(method: string, id: string, verb: string, form: URLSearchParams): Reply {
    if (method === 'GET') return found(bank.find(id), sessionObject)
    if (verb === 'expire') {
      const account = bank.find(id)
      if (account !== null && account.status !== 'open' && account.status !== 'waiting_for_bank')
        return failed(400, `Only Checkout Sessions with a status in ["open"] can be expired.`)
      return found(bank.close(id), sessionObject)
    }
    const price = 'line_items[0][price_data]'
    return found(
      bank.open({
        purchase: form.get('metadata[purchase]') ?? '',
        title: form.get(`${price}[product_data][name]`) ?? '',
        totalMinor: BigInt(form.get(`${price}[unit_amount]`) ?? '0'),
        currency: (form.get(`${price}[currency]`) ?? '').toUpperCase(),
        email: form.get('customer_email'),
        keepMethod: form.get('payment_intent_data[setup_future_usage]') === 'off_session',
        expiresAtMs: Number(form.get('expires_at')) * 1000,
        doneUrl: form.get('success_url') ?? '',
        backUrl: form.get('cancel_url') ?? '',
      }),
      sessionObject,
    )
  }

  function charged(form: URLSearchParams): Reply {
    const account = bank.charge({
      purchase: form.get('metadata[purchase]') ?? '',
      method: `${form.get('customer')}/${form.get('payment_method')}`,
      title: form.get('description') ?? '',
      totalMinor: BigInt(form.get('amount') ?? '0'),
      currency: (form.get('currency') ?? '').toUpperCase(),
    })
    if (account.status === 'paid') return { status: 200, body: intentObject(account) }
    const error = {
      type: 'card_error',
      code: 'card_declined',
      message: account.declined,
      payment_intent: intentObject(account),
    }
    return { status: 402, body: { error } }
  }

  function refunded(form: URLSearchParams): Reply {
    const account = bank.find(form.get('payment_intent') ?? '')
    const minor = BigInt(form.get('amount') ?? '0')
    if (account === null || bank.refund(account.payment, sentMinor(account) + minor) === null)
      return failed(400, 'Refund amount is greater than unrefunded amount on charge')
    return { status: 200, body: { id: 're_1', object: 'refund', status: 'succeeded' } }
  }

  const refundsOf = (payment: string): Reply => {
    const account = bank.find(payment)
    const data = account === null ? [] : (account.refunds ?? []).map((one) => refundObject(account, one)).toReversed()
    return { status: 200, body: { object: 'list', data, has_more: false, url: '/v1/refunds' } }
  }

  const disputesOf = (payment: string): Reply => {
    const account = bank.find(payment)
    const data = account?.dispute == null ? [] : [disputeObject(account)]
    return { status: 200, body: { object: 'list', data, has_more: false, url: '/v1/disputes' } }
  }

  const server = createServer((req, res) => {
    void (async () => {
      const body = await textOf(req)
      const url = new URL(req.url ?? '/', 'http://stripe')
      const key = req.headers['idempotency-key']
      const named = typeof key === 'string' && req.method === 'POST' ? key : null
      let reply: Reply
      if (req.headers.authorization !== `Bearer ${options.secretKey}`) reply = failed(401, 'Invalid API Key provided')
      else if (failure !== null) reply = failed(failure, 'made to fail', failure === 400 ? undefined : 'api_error')
      else {
        const kept = named === null ? undefined : replies.get(named)
        reply = kept ?? answer(req.method ?? 'GET', url.pathname, new URLSearchParams(body || url.searchParams))
        if (named !== null) replies.set(named, reply)
      }
      res.writeHead(reply.status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' })
      res.end(JSON.stringify(reply.body))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const after = async <T>(result: T): Promise<T> => {
    await Promise.allSettled(deliveries.splice(0))
    return result
  }
  const shown = (account: Account | null) => {
    if (account === null || account.checkout === null) return null
    const { checkout: at, dispute, ...rest } = account
    return { ...rest, ...at, refundedMinor: refundedMinor(account), disputed: dispute !== null && dispute.won !== true }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carriedOut,
    desk: {
      checkout: (reference) => shown(bank.find(reference)),
      pay: (reference, card) => after(shown(bank.pay(reference, card))),
      answer: (reference, agrees) => after(shown(bank.answer(reference, agrees))),
      backOffice: (reference, action) => after(shown(bank.backOffice(reference, action))),
      deliverTo(to) {
        receive = to
      },
    },
    failWith(status) {
      failure = status
    },
    forget: () => replies.clear(),
    signed: (body) => ({ body, signature: stripeSignature(body, webhookSecret, nowMs()) }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

const failed = (status: number, message: string, type = 'invalid_request_error'): Reply => ({
  status,
  body: { error: { type, message } },
})

const found = (account: Account | null, render: (account: Account) => unknown): Reply =>
  account === null ? failed(404, 'No such object') : { status: 200, body: render(account) }

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** `t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>">` */
export function stripeSignature(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

const seconds = (atMs: number): number => Math.floor(atMs / 1000)
const attempted = (account: Account): boolean => account.status !== 'open' || account.declined !== null

function sessionObject(account: Account): Record<string, unknown> {
  const { checkout, status } = account
  const session = status === 'paid' || status === 'processing' ? 'complete' : status === 'expired' ? 'expired' : 'open'
  return {
    id: checkout?.reference,
    object: 'checkout.session',
    url: session === 'open' ? `https://checkout.example/${checkout?.reference}` : null,
    status: session,
    payment_status: status === 'paid' ? 'paid' : 'unpaid',
    payment_intent: attempted(account) && status !== 'expired' ? account.payment : null,
    expires_at: seconds(checkout?.expiresAtMs ?? 0),
    created: seconds(account.openedAtMs),
    metadata: { purchase: account.purchase },
  }
}

const STATUSES = {
  open: 'requires_payment_method',
  waiting_for_bank: 'requires_action',
  processing: 'processing',
  paid: 'succeeded',
  expired: 'canceled',
} as const

function receivedMinor({ history, totalMinor }: Account): bigint {
  const paid = history.find((event) => event.kind === 'paid')
  return paid?.kind === 'paid' ? paid.amountMinor : totalMinor
}

function intentObject(account: Account): Record<string, unknown> {
  const paid = account.status === 'paid'
  const kept = account.checkout?.keepMethod === true
  return {
    id: account.payment,
    object: 'payment_intent',
    status: STATUSES[account.status],
    amount: Number(account.totalMinor),
    amount_received: paid ? Number(receivedMinor(account)) : 0,
    currency: account.currency.toLowerCase(),
    created: seconds(account.openedAtMs),
    customer: kept ? 'cus_1' : null,
    payment_method: kept && account.card !== null ? `pm_${account.card}` : null,
    setup_future_usage: kept ? 'off_session' : null,
    last_payment_error: account.declined === null ? null : { type: 'card_error', message: account.declined },
    latest_charge: paid || account.declined !== null ? chargeObject(account) : null,
    metadata: { purchase: account.purchase },
  }
}

const chargeObject = (account: Account): Record<string, unknown> => ({
  id: `ch_${account.payment}`,
  object: 'charge',
  created: seconds(account.history.find(({ kind }) => kind === 'paid')?.atMs ?? account.openedAtMs),
  // what failed is not in it any more
  amount_refunded: Number(refundedMinor(account)),
  payment_intent: account.payment,
  payment_method_details: { card: { brand: 'visa', last4: '4242' } },
  metadata: { purchase: account.purchase },
})

const refundObject = (account: Account, { id, atMs, minor, failed }: BankRefund): Record<string, unknown> => ({
  id,
  object: 'refund',
  created: seconds(atMs),
  amount: Number(minor),
  payment_intent: account.payment,
  status: failed === null ? 'succeeded' : 'failed',
  ...(failed !== null && { failure_reason: failed }),
  metadata: {},
})

/** The one that was made or failed last. */
function lastRefund(account: Account): Record<string, unknown> {
  const told = account.history.findLast((event) => event.kind === 'refund')
  const refund = account.refunds?.find(({ id }) => told?.kind === 'refund' && id === told.refund)
  return refund === undefined ? {} : refundObject(account, refund)
}

const disputeObject = (account: Account): Record<string, unknown> => ({
  id: account.dispute?.id,
  object: 'dispute',
  created: seconds(account.history.find(({ kind }) => kind === 'dispute_opened')?.atMs ?? 0),
  payment_intent: account.payment,
  status: account.dispute?.won === null ? 'needs_response' : account.dispute?.won === true ? 'won' : 'lost',
  metadata: {},
})

function eventObject(event: PaymentEvent, account: Account): Record<string, unknown> {
  const [told, object] = EVENTS[event.kind]
  const type = event.kind === 'refund' && event.failed !== null ? 'refund.failed' : told
  return {
    id: `evt_${event.id}`,
    object: 'event',
    type,
    created: seconds(event.atMs),
    // webhooks never expand: a charge is its id there
    data: {
      object: {
        ...object(account),
        ...(type.startsWith('payment_intent') && { latest_charge: `ch_${account.payment}` }),
      },
    },
  }
}

const EVENTS: Record<PaymentEvent['kind'], readonly [string, (account: Account) => Record<string, unknown>]> = {
  requires_action: ['payment_intent.requires_action', intentObject],
  failed: ['payment_intent.payment_failed', intentObject],
  paid: ['payment_intent.succeeded', intentObject],
  expired: ['checkout.session.expired', sessionObject],
  refunded: ['charge.refunded', chargeObject],
  refund: ['refund.created', lastRefund],
  dispute_opened: ['charge.dispute.created', disputeObject],
  dispute_closed: ['charge.dispute.closed', disputeObject],
}
