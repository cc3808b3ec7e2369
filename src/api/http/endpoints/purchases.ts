import type { z } from 'zod'
import { isOpen, type Purchase, returnedMinor, statusOf } from '../../../core/purchase/purchase.ts'
import { unreachable } from '../../../core/shared/assert.ts'
import { isId } from '../../../core/shared/ids.ts'
import { PaymentRefused, PaymentsUnavailable } from '../../../ports/payments.ts'
import { refundPurchase } from '../../../services/purchase/refund.ts'
import { startPurchase } from '../../../services/purchase/start.ts'
import { type Answer, invalid, json, problem } from '../answer.ts'
import { purchaseAnswer, purchaseRequest, purchasesPage, purchasesQuery, refundRequest } from '../contracts/purchase.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { actorOf, endpoint, mayAsk } from '../endpoint.ts'
import { unknownCustomer } from '../not-done.ts'

const DEFAULT_LIMIT = 50
const RETRY_SECONDS = 2
const tag = 'purchases'

const unknownPurchase = (): Answer =>
  problem('not-found', { detail: 'There is no such purchase. Check the id and whose it is.' })

export const createPurchase = endpoint<z.infer<typeof purchaseRequest>>({
  method: 'POST',
  path: '/customers/{id}/purchases',
  operationId: 'createPurchase',
  summary: 'Begin a purchase; a person pays at `checkoutUrl`',
  tag,
  scope: 'manage',
  idempotency: 'required',
  body: { kind: 'checked', schema: purchaseRequest },
  query: null,
  answers: { 201: { description: 'Begun, or begun before with the same key', schema: purchaseAnswer } },
  run({ engine, key, params, body, idempotencyKey }) {
    return atProcessor(async () => {
      const customer = params['id'] ?? ''
      if (!isId(customer, 'cus') || !mayAsk(key, customer)) return unknownCustomer()
      const result = await startPurchase(engine, {
        customer,
        pack: body.pack,
        intent: `api/${idempotencyKey}`,
        origin: 'api',
        buyer: { id: key.id, name: key.name, email: body.email ?? null },
        keepMethod: false,
        actor: actorOf(key),
      })
      switch (result.kind) {
        case 'started':
          return json(201, member(result.purchase, engine.clock.nowMs()))
        case 'unknown_customer':
          return unknownCustomer()
        case 'not_sold':
        case 'unknown_pack':
          return problem('nothing-sold')
        case 'intent_reused':
          return problem('idempotency-key-reused')
        default:
          return unreachable(result)
      }
    })
  },
})

export const listPurchases = endpoint<null, z.infer<typeof purchasesQuery>>({
  method: 'GET',
  path: '/customers/{id}/purchases',
  operationId: 'listPurchases',
  summary: 'What the customer bought or began to, newest first',
  tag,
  scope: 'read',
  idempotency: 'none',
  body: null,
  query: purchasesQuery,
  answers: { 200: { description: 'A page', schema: purchasesPage } },
  async run({ engine, key, params, query }) {
    const customer = params['id'] ?? ''
    if (!isId(customer, 'cus') || !mayAsk(key, customer)) return unknownCustomer()
    const list = `purchases/${customer}`
    const cursor = query.cursor === undefined ? null : openCursor(query.cursor, list, engine.secret)
    if (query.cursor !== undefined && cursor === null) return invalid('?cursor', 'not a cursor of this list')
    const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit)
    const page = await engine.purchases.list({ customer, cursor, limit })
    if (page.items.length === 0 && cursor === null && (await engine.readers.customer(customer)) === null)
      return unknownCustomer()
    const nowMs = engine.clock.nowMs()
    return json(200, {
      items: page.items.map((one) => member(one, nowMs)),
      nextCursor: sealCursor(page.nextCursor, list, engine.secret),
    })
  },
})

export const readPurchase = endpoint({
  method: 'GET',
  path: '/purchases/{id}',
  operationId: 'getPurchase',
  summary: 'How far a purchase is',
  tag,
  scope: 'read',
  idempotency: 'none',
  body: null,
  query: null,
  answers: { 200: { description: 'The purchase', schema: purchaseAnswer } },
  async run({ engine, key, params }) {
    const purchase = await engine.purchases.read(params['id'] ?? '')
    if (purchase === null || !mayAsk(key, purchase.customer)) return unknownPurchase()
    return json(200, member(purchase, engine.clock.nowMs()))
  },
})

export const refundOfPurchase = endpoint<z.infer<typeof refundRequest>>({
  method: 'POST',
  path: '/purchases/{id}/refund',
  operationId: 'refundPurchase',
  summary: 'Return money; its credits leave with it as new entries of the ledger',
  tag,
  scope: 'manage',
  idempotency: 'required',
  body: { kind: 'checked', schema: refundRequest },
  query: null,
  answers: { 200: { description: 'Returned', schema: purchaseAnswer } },
  run({ engine, key, params, body, idempotencyKey }) {
    return atProcessor(async () => {
      const purchase = await engine.purchases.read(params['id'] ?? '')
      if (purchase === null || !mayAsk(key, purchase.customer)) return unknownPurchase()
      const result = await refundPurchase(engine, {
        id: purchase.id,
        minor: body.minor == null ? null : BigInt(body.minor),
        key: idempotencyKey,
        actor: actorOf(key),
        reason: body.reason ?? '',
      })
      switch (result.kind) {
        case 'refunded':
          return json(200, member(result.purchase, engine.clock.nowMs()))
        case 'unknown_purchase':
          return unknownPurchase()
        case 'not_paid':
          return problem('not-refundable', { members: { leftMinor: '0' } })
        case 'too_much':
          return problem('not-refundable', { members: { leftMinor: `${result.leftMinor}` } })
        case 'key_reused':
          return problem('idempotency-key-reused')
        case 'not_sold':
          return problem('nothing-sold')
        default:
          return unreachable(result)
      }
    })
  },
})

const instant = (atMs: number): string => new Date(atMs).toISOString()
const instantOrNull = (atMs: number | undefined): string | null => (atMs === undefined ? null : instant(atMs))

function member(purchase: Purchase, nowMs: number): z.infer<typeof purchaseAnswer> {
  const { id, customer, pack, facts } = purchase
  const payable = isOpen(purchase) && facts.checkout !== null && facts.checkout.expiresAtMs > nowMs
  return {
    id,
    customer,
    status: statusOf(purchase),
    pack: pack.id,
    credits: `${pack.credits}`,
    totalMinor: `${pack.totalMinor}`,
    taxMinor: `${pack.taxMinor}`,
    refundedMinor: `${returnedMinor(facts)}`,
    currency: pack.currency,
    checkoutUrl: payable ? (facts.checkout?.url ?? null) : null,
    grant: facts.credited?.grant ?? null,
    createdAt: instant(purchase.createdAtMs),
    paidAt: instantOrNull(facts.paid?.atMs),
    creditedAt: instantOrNull(facts.credited?.atMs),
  }
}

async function atProcessor(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (fault) {
    if (fault instanceof PaymentsUnavailable) return problem('processor-unavailable', { retryAfter: RETRY_SECONDS })
    if (fault instanceof PaymentRefused)
      return problem('not-refundable', { detail: 'The payment processor refuses this.' })
    throw fault
  }
}
