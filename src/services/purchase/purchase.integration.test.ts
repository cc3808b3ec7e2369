import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import { stripePayments } from '../../adapters/payments/stripe/payments.ts'
import { type StripeServer, startStripeServer } from '../../adapters/payments/testing/stripe-server.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import { statusOf } from '../../core/purchase/purchase.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { PaidOtherwise, RefundFailed } from '../../ports/alarms.ts'
import { PaymentRefused, PaymentsUnavailable, type TestCard } from '../../ports/payments.ts'
import { expireDueHolds } from '../../settler/due-jobs.ts'
import { lookAtTopUps, reconcileDuePurchases } from '../../settler/purchase-jobs.ts'
import { lookAtTopUp } from '../auto-top-up/look.ts'
import { switchTopUpOff } from '../auto-top-up/switch-off.ts'
import { consentText, switchTopUpOn } from '../auto-top-up/switch-on.ts'
import { createCustomer } from '../customer/create.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { settleBatch } from '../settlement/settle.ts'
import { verify } from '../verify/verify.ts'
import { handleWebhook } from './handle-webhook.ts'
import { hearPayment } from './hear.ts'
import { reconcilePurchase } from './reconcile.ts'
import { refundPurchase } from './refund.ts'
import { viewPurchase } from './view.ts'
import { type StartInput, startPurchase } from './start.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000
const ADA = { id: 'usr_ada', name: 'Ada', email: 'ada@example.com' }
const ACTOR = { kind: 'user', id: ADA.id } as const
const KEYS = { secretKey: 'sk_test_1', webhookSecret: 'whsec_1' }

const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] } },
  rateCard: { rates: [{ meter: 'units', microCredits: '1' }] },
  layers: ['credits'],
  tiers: { bare: { title: 'Bare', priority: 'normal', features: '*', guards: [], windows: [] } },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'absorb' },
  packs: [
    { id: 'small', title: '100 units', credits: '100', priceMinor: 400, currency: 'EUR', expiresAfterDays: 365 },
    { id: 'large', title: '500 units', credits: '500', priceMinor: 1_900, currency: 'EUR' },
  ],
}

interface Posted {
  readonly body: string
  readonly signature: string
}

let world: EngineWorld
let stripe: StripeServer
let engine: Engine
let other: Engine
let posted: Posted[]
beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
  stripe = await startStripeServer({ ...KEYS, nowMs: () => world.clock.nowMs() })
  const payments = stripePayments({ ...KEYS, apiBase: stripe.url })
  engine = { ...world.engine, payments }
  other = { ...(await world.another()), payments }
  stripe.desk.deliverTo(async (body, signature) => void posted.push({ body, signature }))
})
beforeEach(() => {
  posted = []
})
afterAll(async () => {
  await world.close()
  await stripe.close()
})

async function newCustomer(): Promise<CustomerId> {
  const created = await createCustomer(engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier: 'bare',
    timeZone: 'UTC',
    consent: 'on',
    actor: { kind: 'user', id: ADA.id },
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  return created.customer
}

const inputOf = (customer: CustomerId, more: Partial<StartInput> = {}): StartInput => ({
  customer,
  pack: 'small',
  intent: 'small/first',
  origin: 'person',
  buyer: ADA,
  keepMethod: false,
  actor: { kind: 'user', id: ADA.id },
  ...more,
})
async function begin(customer: CustomerId, more: Partial<StartInput> = {}) {
  const started = await startPurchase(engine, inputOf(customer, more))
  if (started.kind !== 'started') throw new Error(started.kind)
  return { id: started.purchase.id, reference: started.purchase.facts.checkout?.reference ?? '' }
}
async function buy(customer: CustomerId, card: TestCard = 'success', more: Partial<StartInput> = {}) {
  const purchase = await begin(customer, more)
  await stripe.desk.pay(purchase.reference, card)
  await deliver()
  return purchase
}
/** Everything that was posted so far, to one process after the other. */
async function deliver(to: readonly Engine[] = [engine]): Promise<string[]> {
  const outcomes: string[] = []
  for (const one of posted.splice(0)) for (const process of to) outcomes.push(await handleWebhook(process, one))
  return outcomes
}
const read = async (id: string) => (await engine.purchases.read(id))!
const status = async (id: string) => statusOf(await read(id))
const available = async (customer: CustomerId) =>
  (await engine.readers.customer(customer))?.state.grants.reduce((sum, grant) => sum + grant.available, 0n)
const grants = async (customer: CustomerId) => (await engine.readers.customer(customer))?.grants ?? []
const mails = async (to: string) =>
  (await world.owner.query<{ key: string }>('SELECT key FROM mail WHERE recipient = $1', [to])).rows.map(
    ({ key }) => key.split('/')[0] ?? '',
  )

let decision = 0
async function consume(
  customer: CustomerId,
  units: number,
  mode: 'consume' | 'authorize' = 'consume',
): Promise<number> {
  const outcome = await decideAccess(engine, {
    request: {
      customer,
      subject: null,
      task: null,
      feature: 'work',
      price: { kind: 'usage', usage: { units } },
      attributes: {},
      mode: mode === 'consume' ? { kind: mode } : { kind: mode, ttlMs: null },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
    },
    consent: null,
    idempotencyKey: `decision-${(decision += 1)}`,
  })
  return outcome.kind === 'answered' ? outcome.reply.status : 0
}
const settle = () => settleBatch(engine, { maxNotes: 100, maxEventsPerCustomer: 100 }, () => {})

describe('buying', () => {
  test('what is paid is credited, and the next request spends it', async () => {
    const customer = await newCustomer()
    expect(await consume(customer, 60)).toBe(402)
    const { id } = await buy(customer)
    expect(await status(id)).toBe('credited')
    expect(await consume(customer, 60)).toBe(200)
    expect(await grants(customer)).toMatchObject([
      { source: `purchase:${id}`, kind: 'credits', amount: 100n, expiresAtMs: world.clock.nowMs() + 365 * 24 * HOUR },
    ])
  })

  test('a double click, a second tab and a lost reply are one purchase and one checkout', async () => {
    const customer = await newCustomer()
    const before = stripe.carriedOut.length
    const started = await Promise.all(
      [engine, other, engine, other].map((process) => startPurchase(process, inputOf(customer))),
    )
    const again = await startPurchase(engine, inputOf(customer))
    const urls = [...started, again].map((one) => (one.kind === 'started' ? one.checkoutUrl : one.kind))
    expect(new Set(urls).size).toBe(1)
    expect(stripe.carriedOut.slice(before)).toHaveLength(1)
    expect((await engine.purchases.list({ customer, cursor: null, limit: 10 })).items).toHaveLength(1)
    expect((await startPurchase(engine, inputOf(customer, { pack: 'large' }))).kind).toBe('intent_reused')
  })

  test('the way back after paying leads to the purchase, not to another charge', async () => {
    const customer = await newCustomer()
    const { id } = await buy(customer)
    expect(await startPurchase(engine, inputOf(customer))).toMatchObject({
      kind: 'started',
      purchase: { id },
      checkoutUrl: null,
    })
  })

  test('the same webhook twenty times at once, on two processes, credits once', async () => {
    const customer = await newCustomer()
    const { id, reference } = await begin(customer)
    await stripe.desk.pay(reference, 'success')
    const [webhook] = posted.splice(0)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => handleWebhook(i % 2 === 0 ? engine : other, webhook!)),
    )
    expect(new Set(outcomes)).toEqual(new Set(['done']))
    expect(await available(customer)).toBe(100n)
    expect(await grants(customer)).toHaveLength(1)
    expect(await status(id)).toBe('credited')
  })

  test('events in reverse and at once end in the same purchase', async () => {
    const customer = await newCustomer()
    const { id, reference } = await begin(customer)
    await stripe.desk.pay(reference, 'decline')
    await stripe.desk.pay(reference, 'three_d_secure')
    await stripe.desk.answer(reference, true)
    await stripe.desk.backOffice(reference, 'refund_half')
    const all = posted.splice(0).toReversed()
    await Promise.all([...all, ...all].map((one, i) => handleWebhook(i % 2 === 0 ? engine : other, one)))
    expect(await status(id)).toBe('credited')
    expect(await available(customer)).toBe(50n)
  })

  test('a decline credits nothing, is told by mail once, and another card may follow', async () => {
    const customer = await newCustomer()
    const buyer = { ...ADA, email: `decline-${customer}@example.com` }
    const { id, reference } = await buy(customer, 'decline', { buyer })
    expect([await status(id), await available(customer)]).toEqual(['failed', 0n])
    await stripe.desk.pay(reference, 'success')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
    expect((await mails(buyer.email)).toSorted()).toEqual(['payment_failed', 'receipt'])
  })

  test('a webhook of nobody, a forged one and an old one change nothing', async () => {
    const customer = await newCustomer()
    const { id, reference } = await begin(customer)
    await stripe.desk.pay(reference, 'success')
    const [webhook] = posted.splice(0)
    expect(await handleWebhook(engine, { ...webhook!, signature: 't=1,v1=00' })).toBe('bad_signature')
    world.clock.advance(5 * 60_000 + 1_000)
    expect(await handleWebhook(engine, webhook!)).toBe('too_old')
    expect([await status(id), await available(customer)]).toEqual(['awaiting_payment', 0n])
  })

  test('money of another amount pays nothing, and is told once of its webhook and its reading', async () => {
    const customer = await newCustomer()
    const { id, reference } = await begin(customer)
    await stripe.desk.pay(reference, 'success')
    posted.splice(0)
    const wrong = {
      id: `evt_${id}`,
      atMs: AT,
      purchase: id,
      payment: `pi_${id}`,
      kind: 'paid',
      currency: 'EUR',
      method: null,
    } as const
    const told: PaidOtherwise[] = []
    const watched = (one: Engine): Engine => ({
      ...one,
      alarms: { ...one.alarms, paidOtherwise: (seen) => void told.push(seen) },
    })
    for (const process of [watched(engine), watched(other), watched(engine)])
      await hearPayment(process, { ...wrong, amountMinor: 399n })
    await hearPayment(watched(other), { ...wrong, id: `pi_${id}/paid`, amountMinor: 399n })
    expect(told).toEqual([
      {
        purchase: id,
        payment: `pi_${id}`,
        asked: { minor: 400n, currency: 'EUR' },
        came: { minor: 399n, currency: 'EUR' },
      },
    ])
    expect([await status(id), await available(customer)]).toEqual(['awaiting_payment', 0n])
    const { rows } = await world.owner.query<{ action: string }>(
      "SELECT action FROM audit_entry WHERE target = $1 AND action LIKE 'purchase.paid%'",
      [id],
    )
    expect(rows.map(({ action }) => action)).toEqual(['purchase.paid_otherwise'])
    const view = await viewPurchase(engine, customer, id)
    expect(view).toMatchObject({
      open: false,
      checkoutUrl: null,
      otherwise: [{ payment: `pi_${id}`, amountMinor: 399n, currency: 'EUR', returned: false }],
    })
    expect(view?.steps.find(({ step }) => step === 'paid')).toMatchObject({
      standing: 'failed',
      note: '€3.99 came, €4.00 was asked for: it pays nothing.',
    })
    // the same page leads to what happened and not to a second payment; the next one buys anew
    expect(await startPurchase(engine, inputOf(customer))).toMatchObject({ purchase: { id }, checkoutUrl: null })
  })

  test('a purchase whose webhook never came is found by the job, and one that nobody paid ends', async () => {
    const customer = await newCustomer()
    const paid = await begin(customer)
    await stripe.desk.pay(paid.reference, 'success')
    const unpaid = await begin(customer, { intent: 'small/other' })
    posted.splice(0)
    world.clock.advance(HOUR)
    for (let tick = 0; tick < 2; tick += 1) expect((await reconcileDuePurchases(engine, 100)).faults).toEqual([])
    expect([await status(paid.id), await status(unpaid.id)]).toEqual(['credited', 'expired'])
    expect(await available(customer)).toBe(100n)
    expect((await engine.purchases.due(world.clock.nowMs() + 100 * HOUR, 100)).map(({ id }) => id)).not.toContain(
      paid.id,
    )
  })

  test('a payment whose hearing was cut off before its credits is credited by ten at once, and once', async () => {
    const customer = await newCustomer()
    const { id } = await begin(customer)
    const before = await read(id)
    const paid = { event: `evt_paid_${id}`, atMs: AT, payment: `pi_cut_${id}` }
    const left = { ...before, version: before.version + 1, facts: { ...before.facts, paid } }
    await engine.purchases.change({ purchase: left, event: null, dueAtMs: AT, audit: null })
    await Promise.all(Array.from({ length: 10 }, (_, i) => reconcilePurchase(i % 2 === 0 ? engine : other, left)))
    expect([await status(id), await available(customer), (await grants(customer)).length]).toEqual([
      'credited',
      100n,
      1,
    ])
  })

  test('a processor that cannot be reached is asked again later, and nothing is lost', async () => {
    const customer = await newCustomer()
    stripe.failWith(500)
    await expect(startPurchase(engine, inputOf(customer))).rejects.toThrow(PaymentsUnavailable)
    stripe.failWith(null)
    const { id } = await buy(customer)
    expect(await status(id)).toBe('credited')
  })
})

describe('money that leaves again', () => {
  test('takes its credits with it, as new entries, once for each sum', async () => {
    const customer = await newCustomer()
    const { id } = await buy(customer)
    const back = (minor: bigint | null) =>
      refundPurchase(engine, { id, minor, key: null, actor: { kind: 'user', id: ADA.id }, reason: 'asked' })
    expect((await back(100n)).kind).toBe('refunded')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['credited', 75n])
    expect((await back(null)).kind).toBe('refunded')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['refunded', 0n])
    expect(await back(1n)).toEqual({ kind: 'too_much', leftMinor: 0n })
    expect((await grants(customer))[0]).toMatchObject({ revoked: 100n, spent: 0n })
  })

  test('a return is made once for its key, also when its answer was lost and the processor was heard since', async () => {
    const customer = await newCustomer()
    const { id } = await buy(customer)
    const back = (minor: bigint | null, key: string, at = engine) =>
      refundPurchase(at, { id, minor, key, actor: { kind: 'user', id: ADA.id }, reason: 'asked' })
    expect((await back(100n, 'a')).kind).toBe('refunded')
    await deliver([engine, other])
    expect((await back(100n, 'a')).kind).toBe('refunded')
    await deliver([engine, other])
    expect((await read(id)).facts.refunded?.minor).toBe(100n)
    expect((await back(50n, 'a')).kind).toBe('key_reused')
    // two people at once: both are made, whole
    const both = await Promise.all([back(40n, 'b'), back(60n, 'c', other)])
    expect(both.map(({ kind }) => kind)).toEqual(['refunded', 'refunded'])
    await deliver([engine, other])
    expect((await read(id)).facts.refunded?.minor).toBe(200n)
    // one that the processor did not answer is finished under its key
    stripe.failWith(500)
    await expect(back(null, 'd')).rejects.toThrow(PaymentsUnavailable)
    stripe.failWith(null)
    expect((await back(null, 'd')).kind).toBe('refunded')
    expect((await back(null, 'd')).kind).toBe('refunded')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['refunded', 0n])
  })

  test('a return that the processor refuses leaves all of it to be returned', async () => {
    const customer = await newCustomer()
    const { id } = await buy(customer)
    const back = (key: string) =>
      refundPurchase(engine, { id, minor: null, key, actor: { kind: 'user', id: ADA.id }, reason: 'asked' })
    stripe.failWith(400)
    await expect(back('a')).rejects.toThrow(PaymentRefused)
    stripe.failWith(null)
    expect((await back('b')).kind).toBe('refunded')
    expect((await read(id)).facts.refunded?.minor).toBe(400n)
  })

  test('a return whose hearing was cut off half-way is finished by ten at once, and taken once', async () => {
    const customer = await newCustomer()
    const { id } = await buy(customer)
    const before = await read(id)
    // the process died between what it heard and what it had to do
    const refunded = { event: `evt_refund_${id}`, atMs: AT, minor: 200n }
    const left = { ...before, version: before.version + 1, facts: { ...before.facts, refunded } }
    await engine.purchases.change({ purchase: left, event: null, dueAtMs: AT, audit: null })
    const tenAtOnce = Array.from({ length: 10 }, (_, i) => reconcilePurchase(i % 2 === 0 ? engine : other, left))
    await Promise.all(tenAtOnce)
    expect(await available(customer)).toBe(50n)
    expect((await read(id)).facts.takeBacks).toMatchObject([{ amount: 50n, taken: 50n }])
  })

  test('a return that fails brings its credits back as a correction, once, in whatever order and however often it is told', async () => {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    const failures: RefundFailed[] = []
    const watched = (one: Engine): Engine => ({
      ...one,
      alarms: { ...one.alarms, refundFailed: (seen) => void failures.push(seen) },
    })
    await stripe.desk.backOffice(reference, 'refund_half')
    await deliver()
    await stripe.desk.backOffice(reference, 'refund')
    await deliver()
    expect([await status(id), await available(customer)]).toEqual(['refunded', 0n])
    await stripe.desk.backOffice(reference, 'refund_fails')
    const [failed] = posted.splice(0)
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => handleWebhook(watched(i % 2 === 0 ? engine : other), failed!)),
    )
    expect([await status(id), await available(customer)]).toEqual(['credited', 50n])
    expect(failures).toMatchObject([{ purchase: id, money: { minor: 200n, currency: 'EUR' } }])
    const [grant] = await grants(customer)
    const { items } = await engine.readers.balanceUpdates({ customer, grant: grant!.id, cursor: null, limit: 10 })
    expect(items.map(({ cause, delta }) => [cause.kind, delta])).toEqual([
      ['correction', 50n],
      ['revocation', -50n],
      ['revocation', -50n],
      ['grant', 100n],
    ])
    const view = await viewPurchase(engine, customer, id)
    expect(view?.refundedMinor).toBe(200n)
    expect(view?.steps.filter(({ step }) => step === 'refund_failed')).toMatchObject([
      { standing: 'failed', note: expect.stringContaining('€2.00 did not arrive') },
    ])
    // and it can be returned again
    const again = await refundPurchase(engine, { id, minor: null, key: 'again', actor: ACTOR, reason: 'another bank' })
    expect(again.kind).toBe('refunded')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['refunded', 0n])
    expect(await refundPurchase(engine, { id, minor: 1n, key: 'more', actor: ACTOR, reason: 'x' })).toEqual({
      kind: 'too_much',
      leftMinor: 0n,
    })
  })

  test('a failure heard before its return, and without it, leaves the credits where they are', async () => {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    await stripe.desk.backOffice(reference, 'refund_half')
    await stripe.desk.backOffice(reference, 'refund_fails')
    const backwards = posted.splice(0).toReversed()
    await handleWebhook(engine, backwards[0]!)
    expect(await available(customer)).toBe(100n)
    for (const one of backwards) await handleWebhook(other, one)
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
    // another return that was never told is found before this one's failure gives anything back
    await stripe.desk.backOffice(reference, 'refund_half')
    posted.splice(0)
    await stripe.desk.backOffice(reference, 'refund')
    await stripe.desk.backOffice(reference, 'refund_fails')
    await handleWebhook(engine, posted.splice(0).at(-1)!)
    expect(await available(customer)).toBe(50n)
  })

  test('what was spent stays spent and is written off; nothing goes below zero', async () => {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    expect(await consume(customer, 70)).toBe(200)
    await settle()
    await stripe.desk.backOffice(reference, 'refund')
    await deliver()
    expect(await available(customer)).toBe(0n)
    expect((await grants(customer))[0]).toMatchObject({ spent: 70n, revoked: 30n, balance: 0n })
    expect((await read(id)).facts.takeBacks).toMatchObject([
      { amount: 100n, taken: 30n, closedAtMs: expect.any(Number) },
    ])
  })

  test('what is held is taken once it comes free', async () => {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    expect(await consume(customer, 40, 'authorize')).toBe(200)
    await stripe.desk.backOffice(reference, 'refund')
    await deliver()
    expect((await read(id)).facts.takeBacks).toMatchObject([{ taken: 60n, closedAtMs: null }])
    world.clock.advance(HOUR)
    await expireDueHolds(engine, 100)
    expect(await available(customer)).toBe(40n)
    await reconcileDuePurchases(engine, 100)
    expect(await available(customer)).toBe(0n)
    expect((await read(id)).facts.takeBacks).toMatchObject([{ taken: 100n, closedAtMs: expect.any(Number) }])
  })

  test('a dispute takes all of it; won, it comes back as corrections that name what they reverse', async () => {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    await stripe.desk.backOffice(reference, 'dispute')
    await deliver()
    expect([await status(id), await available(customer)]).toEqual(['disputed', 0n])
    await stripe.desk.backOffice(reference, 'dispute_won')
    await deliver([engine, other])
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
    const [grant] = await grants(customer)
    const { items } = await engine.readers.balanceUpdates({ customer, grant: grant!.id, cursor: null, limit: 10 })
    expect(items.map(({ cause }) => cause.kind)).toEqual(['correction', 'revocation', 'grant'])
  })
})

describe('a dispute that is won while its credits are still being taken', () => {
  const gate = () => {
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let arrive = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    return { arrived, open, wait: () => (arrive(), opened) }
  }
  async function disputed() {
    const customer = await newCustomer()
    const { id, reference } = await buy(customer)
    await stripe.desk.backOffice(reference, 'dispute')
    const [opened] = posted.splice(0)
    await stripe.desk.backOffice(reference, 'dispute_won')
    const [won] = posted.splice(0)
    return { customer, id, opened: opened!, won: won! }
  }
  /** The same process, held before it revokes. */
  const heldBeforeRevoking = (of: Engine, at: ReturnType<typeof gate>): Engine => ({
    ...of,
    customers: {
      ...of.customers,
      async transact(customer, operation) {
        if (operation.idempotency?.operation === 'purchase.take_back') await at.wait()
        return of.customers.transact(customer, operation)
      },
    },
  })

  test('is given back whole when the other process revokes after it was given back', async () => {
    const { customer, id, opened, won } = await disputed()
    const at = gate()
    const slow = handleWebhook(heldBeforeRevoking(engine, at), opened)
    await at.arrived
    expect(await handleWebhook(other, won)).toBe('done')
    at.open()
    await slow
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
    expect((await read(id)).facts.takeBacks).toMatchObject([{ cause: 'dispute', returned: true }])
  })

  test('is given back whole when the other process revokes between the look for revocations and the note', async () => {
    const { customer, id, opened, won } = await disputed()
    const revoking = gate()
    const slow = handleWebhook(heldBeforeRevoking(engine, revoking), opened)
    await revoking.arrived
    const noting = gate()
    const giving: Engine = {
      ...other,
      purchases: {
        ...other.purchases,
        async change(change) {
          if (change.purchase.facts.takeBacks.some(({ returned }) => returned)) await noting.wait()
          return other.purchases.change(change)
        },
      },
    }
    const second = handleWebhook(giving, won)
    await noting.arrived
    revoking.open()
    await slow
    noting.open()
    await second
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
  })

  test('is given back whole when the process that revokes ends before it notes it', async () => {
    const { customer, id, opened, won } = await disputed()
    let revoked = false
    const ending: Engine = {
      ...engine,
      customers: {
        ...engine.customers,
        async transact(who, operation) {
          const result = await engine.customers.transact(who, operation)
          revoked ||= operation.idempotency?.operation === 'purchase.take_back'
          return result
        },
      },
      purchases: {
        ...engine.purchases,
        change: (change) => (revoked ? Promise.reject(new Error('it ended')) : engine.purchases.change(change)),
      },
    }
    await expect(handleWebhook(ending, opened)).rejects.toThrow('it ended')
    expect(await available(customer)).toBe(0n)
    await Promise.all([handleWebhook(other, won), handleWebhook(engine, won)])
    world.clock.advance(60_000)
    await reconcileDuePurchases(engine, 100)
    expect([await status(id), await available(customer)]).toEqual(['credited', 100n])
  })

  test('one that is disputed again after the way back was cut off is taken whole', async () => {
    const { customer, id, opened, won } = await disputed()
    const cutOff: Engine = {
      ...engine,
      purchases: {
        ...engine.purchases,
        change: (change) =>
          change.purchase.facts.takeBacks.some(({ returned }) => returned)
            ? Promise.reject(new Error('cut off'))
            : engine.purchases.change(change),
      },
    }
    const at = gate()
    const slow = handleWebhook(heldBeforeRevoking(other, at), opened)
    await at.arrived
    await expect(handleWebhook(cutOff, won)).rejects.toThrow('cut off')
    const { payment } = (await read(id)).facts.paid!
    const about = { atMs: world.clock.nowMs() + 1, purchase: id, payment, kind: 'dispute_opened' } as const
    await hearPayment(engine, { ...about, id: `evt_again_${id}`, dispute: 'dp_again' })
    at.open()
    await slow
    world.clock.advance(60_000)
    await reconcileDuePurchases(engine, 100)
    expect([await status(id), await available(customer)]).toEqual(['disputed', 0n])
  })
})

describe('auto top-up', () => {
  const TERMS = { threshold: 50n, monthlyMaxMinor: 900n }
  const SENTENCE = { pack: '100 units', priceMinor: 400n, currency: 'EUR', method: 'the kept card' }
  const switchOn = (customer: CustomerId, more: Partial<Parameters<typeof switchTopUpOn>[1]> = {}) =>
    switchTopUpOn(engine, {
      customer,
      pack: 'small',
      ...TERMS,
      by: ADA,
      seenVersion: 0,
      agreed: consentText({ ...TERMS, ...SENTENCE }),
      ...more,
    })
  const tick = async () => {
    // two processes look at the same time
    const outcomes = await Promise.all([lookAtTopUps()(engine, 100), lookAtTopUps()(other, 100)])
    expect(outcomes.flatMap(({ faults }) => faults)).toEqual([])
    await deliver([engine, other])
  }
  const settingsOf = async (customer: CustomerId) => (await engine.purchases.topUp(customer))!
  const autos = async (customer: CustomerId) =>
    (await engine.purchases.list({ customer, cursor: null, limit: 50 })).items.filter(
      ({ origin }) => origin === 'auto_top_up',
    )

  test('is off until a person switches it on, and needs a method that the person kept', async () => {
    const customer = await newCustomer()
    await buy(customer)
    expect((await switchOn(customer)).kind).toBe('no_method')
    await tick()
    expect(await autos(customer)).toEqual([])
    expect(await engine.purchases.topUp(customer)).toBeNull()
  })

  test('fires once for a crossing, on any number of processes, and never above the month', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    expect((await switchOn(customer, { monthlyMaxMinor: 399n })).kind).toBe('maximum_below_price')
    expect((await switchOn(customer, { threshold: 101n })).kind).toBe('pack_below_threshold')
    expect((await switchOn(customer)).kind).toBe('on')
    await tick()
    expect(await autos(customer)).toEqual([])
    for (const expected of [1, 2, 2, 2]) {
      const left = (await available(customer)) ?? 0n
      if (left > 40n) expect(await consume(customer, Number(left - 40n))).toBe(200)
      for (let i = 0; i < 3; i += 1) await tick()
      expect(await autos(customer)).toHaveLength(expected)
    }
    expect(await engine.purchases.topUp(customer)).toMatchObject({ spentMinor: 800n, inFlight: null, enabled: true })
    expect((await autos(customer)).map(statusOf)).toEqual(['credited', 'credited'])
  })

  test('declines back off, then switch it off and say so', async () => {
    const customer = await newCustomer()
    const by = { ...ADA, email: `auto-${customer}@example.com` }
    await buy(customer, 'declines_later', { keepMethod: true })
    await switchOn(customer, { by })
    expect(await consume(customer, 60)).toBe(200)
    for (const waitMs of [0, HOUR, 24 * HOUR]) {
      world.clock.advance(waitMs)
      await tick()
      await tick()
    }
    expect(await engine.purchases.topUp(customer)).toMatchObject({
      enabled: false,
      declines: 3,
      spentMinor: 0n,
      switchedOff: { why: 'declined' },
    })
    expect(await autos(customer)).toHaveLength(3)
    expect(await mails(by.email)).toEqual(['auto_top_up', 'auto_top_up', 'auto_top_up'])
  })

  test('switched off, it charges no more', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer)
    await switchTopUpOff(engine, { customer, by: ADA.id })
    expect(await consume(customer, 60)).toBe(200)
    await tick()
    expect(await autos(customer)).toEqual([])
  })

  test('a charge that was cut off before the processor answered is taken up under the same purchase', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer)
    expect(await consume(customer, 60)).toBe(200)
    stripe.failWith(500)
    await lookAtTopUps()(engine, 100)
    stripe.failWith(null)
    expect((await autos(customer)).map(statusOf)).toEqual(['created'])
    world.clock.advance(60_000)
    await reconcileDuePurchases(engine, 100)
    expect((await autos(customer)).map(statusOf)).toEqual(['credited'])
    expect(await available(customer)).toBe(140n)
  })

  test('charges no method whose payment was disputed', async () => {
    const customer = await newCustomer()
    const { reference } = await buy(customer, 'success', { keepMethod: true })
    await buy(customer, 'success', { pack: 'large', intent: 'large/second' })
    expect((await switchOn(customer)).kind).toBe('on')
    await stripe.desk.backOffice(reference, 'dispute')
    await deliver()
    expect(await consume(customer, 460)).toBe(200)
    await tick()
    expect(await autos(customer)).toEqual([])
    expect(await settingsOf(customer)).toMatchObject({ enabled: false, switchedOff: { why: 'disputed' } })
    const seenVersion = (await settingsOf(customer)).version
    expect((await switchOn(customer, { seenVersion })).kind).toBe('no_method')
  })

  test('is switched on by nothing but the sentence that was read', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    for (const other of [{ priceMinor: 399n }, { method: 'another card' }, { monthlyMaxMinor: 800n }])
      expect((await switchOn(customer, { agreed: consentText({ ...TERMS, ...SENTENCE, ...other }) })).kind).toBe(
        'stale',
      )
    expect(await engine.purchases.topUp(customer)).toBeNull()
    const on = await switchOn(customer)
    expect(on.kind === 'on' && on.settings.consent.text).toBe(consentText({ ...TERMS, ...SENTENCE }))
  })

  /** The same process once the small pack costs twice as much. */
  const dearer = (): Engine => {
    const current = () => {
      const policy = engine.policies.current()
      const packs = (policy.document.packs ?? []).map((pack) => ({ ...pack, priceMinor: pack.priceMinor * 2 }))
      return { ...policy, document: { ...policy.document, packs } }
    }
    return { ...engine, policies: { ...engine.policies, current } }
  }

  test('a price above the one that was agreed to is not charged: it switches itself off and says so', async () => {
    const customer = await newCustomer()
    const by = { ...ADA, email: `dear-${customer}@example.com` }
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer, { by })
    expect(await consume(customer, 60)).toBe(200)
    await lookAtTopUp(dearer(), await settingsOf(customer))
    expect(await autos(customer)).toEqual([])
    expect(await settingsOf(customer)).toMatchObject({ enabled: false, switchedOff: { why: 'price_rose' } })
    expect(await mails(by.email)).toEqual(['auto_top_up'])
  })

  test('what was reserved at one price is never charged at another', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer)
    expect(await consume(customer, 60)).toBe(200)
    const cutOff = { ...engine, purchases: { ...engine.purchases, start: () => Promise.reject(new Error('cut off')) } }
    await expect(lookAtTopUp(cutOff, await settingsOf(customer))).rejects.toThrow('cut off')
    expect(await settingsOf(customer)).toMatchObject({ spentMinor: 400n, inFlight: { amountMinor: 400n } })
    await lookAtTopUp(dearer(), await settingsOf(customer))
    expect(await autos(customer)).toEqual([])
    expect(await settingsOf(customer)).toMatchObject({ enabled: true, spentMinor: 0n, inFlight: null, declines: 0 })
    await tick()
    expect((await autos(customer)).map(({ pack }) => pack.totalMinor)).toEqual([400n])
  })

  test('a charge that took another sum switches it off and is told: nothing more is charged', async () => {
    const customer = await newCustomer()
    const by = { ...ADA, email: `other-${customer}@example.com` }
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer, { by })
    expect(await consume(customer, 60)).toBe(200)
    const payments: NonNullable<Engine['payments']> = {
      ...engine.payments!,
      charge: async ({ purchase }) => {
        const atMs = world.clock.nowMs()
        const paid = { kind: 'paid', amountMinor: 4_000n, currency: 'EUR', method: null } as const
        return [{ ...paid, id: `evt_${purchase}`, atMs, purchase, payment: `pi_other_${purchase}` }]
      },
    }
    await lookAtTopUp({ ...engine, payments }, await settingsOf(customer))
    for (const waitMs of [0, HOUR, 48 * HOUR]) {
      world.clock.advance(waitMs)
      await tick()
    }
    expect(await autos(customer)).toHaveLength(1)
    expect(await available(customer)).toBe(40n)
    expect(await settingsOf(customer)).toMatchObject({
      enabled: false,
      inFlight: null,
      spentMinor: 400n,
      switchedOff: { why: 'paid_otherwise' },
    })
    expect(await mails(by.email)).toEqual(['auto_top_up'])
  })

  test('a method that the processor no longer takes counts as a decline', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer)
    expect(await consume(customer, 60)).toBe(200)
    stripe.failWith(400)
    await lookAtTopUps()(engine, 100)
    stripe.failWith(null)
    expect((await autos(customer)).map(statusOf)).toEqual(['failed'])
    expect(await settingsOf(customer)).toMatchObject({ declines: 1, spentMinor: 0n, inFlight: null })
  })

  test('a charge without an answer is given up before the processor forgets that it was asked', async () => {
    const customer = await newCustomer()
    await buy(customer, 'success', { keepMethod: true })
    await switchOn(customer)
    expect(await consume(customer, 60)).toBe(200)
    // it was charged, and neither the answer nor a webhook came through
    const { payments } = engine
    const charge = async (order: Parameters<NonNullable<typeof payments>['charge']>[0]) => {
      await payments?.charge(order)
      throw new PaymentsUnavailable('the answer was lost')
    }
    const deaf = { ...engine, payments: { ...payments!, charge } }
    await expect(lookAtTopUp(deaf, await settingsOf(customer))).rejects.toThrow('the answer was lost')
    const lost = posted.splice(0)
    const asked = stripe.carriedOut.length
    stripe.forget()
    world.clock.advance(25 * HOUR)
    const [auto] = await autos(customer)
    await reconcilePurchase(engine, auto!)
    expect(stripe.carriedOut.slice(asked).filter((call) => call === 'POST /v1/payment_intents')).toEqual([])
    expect(await settingsOf(customer)).toMatchObject({ inFlight: null })
    // the webhook that comes at last still credits what was paid
    const event = JSON.parse(lost[0]!.body) as object
    posted.push(stripe.signed(JSON.stringify(event)))
    expect(await deliver()).toEqual(['done'])
    expect((await autos(customer)).map(statusOf)).toEqual(['credited'])
  })
})

test('afterwards the books are verified, and nothing is wrong', async () => {
  for (let round = 0; round < 5; round += 1) await settle()
  const report = await verify(engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
