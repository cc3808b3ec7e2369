import { beforeEach, describe, expect, test } from 'vitest'
import type { PaymentEvent } from '../../core/purchase/event.ts'
import { hearEvent } from '../../core/purchase/hear.ts'
import { NO_FACTS, type PackSold, returnedMinor, sentBackMinor } from '../../core/purchase/purchase.ts'
import {
  type CheckoutOrder,
  type Payments,
  PaymentRefused,
  type TestProcessor,
  WEBHOOK_AGE_MS,
} from '../../ports/payments.ts'
import type { TestClock } from '../system/test-clock.ts'
import { ids, START_MS } from './drafts.ts'

export interface PaymentsWorld {
  readonly payments: Payments
  /** The person, the bank and the processor's back office. */
  readonly desk: TestProcessor
  readonly clock: TestClock
  /** Signs a body as the processor does. */
  sign(body: string, atMs: number): string
  /** Runs what the processor put off until now. */
  settle(): Promise<void>
}

/** As much of a purchase as hearing needs. */
const PACK = { pack: { totalMinor: 1_900n, currency: 'EUR' } as PackSold }

interface Posted {
  readonly body: string
  readonly signature: string
}

/** What every payment processor must do: the same states, told by webhook and by reading, whatever its own words are. */
export function paymentsConformance(open: () => Promise<PaymentsWorld>): void {
  let world: PaymentsWorld
  let posted: Posted[]
  beforeEach(async () => {
    world = await open()
    posted = []
    world.desk.deliverTo(async (body, signature) => void posted.push({ body, signature }))
  })

  const orderOf = (change: Partial<CheckoutOrder> = {}): CheckoutOrder => ({
    purchase: ids.next('pur', START_MS),
    title: '50 credits',
    totalMinor: 1_900n,
    currency: 'EUR',
    email: null,
    keepMethod: false,
    expiresAtMs: world.clock.nowMs() + 3_600_000,
    doneUrl: 'http://127.0.0.1/done',
    backUrl: 'http://127.0.0.1/back',
    ...change,
  })
  const heard = (): PaymentEvent[] =>
    posted.map(({ body, signature }) => {
      const reading = world.payments.readWebhook({ body, signature, nowMs: world.clock.nowMs() })
      if (reading.kind !== 'event') throw new Error(reading.kind)
      return reading.event
    })
  const kinds = (events: readonly PaymentEvent[]) => events.map(({ kind }) => kind)
  async function paid(change: Partial<CheckoutOrder> = {}) {
    const order = orderOf(change)
    const { reference } = await world.payments.openCheckout(order)
    await world.desk.pay(reference, 'success')
    await world.settle()
    const payment = heard().find(({ kind }) => kind === 'paid')?.payment ?? ''
    return { order, reference, payment }
  }

  describe('a checkout', () => {
    test('is the same for the same purchase, however often it is asked for', async () => {
      const order = orderOf()
      const opened = await world.payments.openCheckout(order)
      expect(opened).toEqual({
        reference: expect.any(String),
        url: expect.stringMatching(/^http/),
        expiresAtMs: order.expiresAtMs,
      })
      expect(await world.payments.openCheckout(order)).toEqual(opened)
      expect((await world.payments.openCheckout(orderOf())).reference).not.toBe(opened.reference)
      expect(await world.payments.read(opened)).toEqual([])
    })

    test('that was paid is told by webhook and by reading, with what was paid', async () => {
      const { order, reference, payment } = await paid()
      const told = {
        kind: 'paid',
        purchase: order.purchase,
        payment,
        amountMinor: 1_900n,
        currency: 'EUR',
        method: null,
      }
      expect(heard()).toEqual([expect.objectContaining(told)])
      const read = await world.payments.read({ reference })
      expect(read).toEqual([expect.objectContaining(told)])
      expect(await world.payments.read({ reference })).toEqual(read)
      expect(payment).not.toBe('')
    })

    test('may be declined and paid by another card', async () => {
      const { reference } = await world.payments.openCheckout(orderOf())
      await world.desk.pay(reference, 'decline')
      await world.settle()
      expect(heard()).toEqual([
        expect.objectContaining({ kind: 'failed', reason: expect.stringContaining('declined') }),
      ])
      expect(kinds(await world.payments.read({ reference }))).toEqual(['failed'])
      await world.desk.pay(reference, 'success')
      await world.settle()
      expect(kinds(heard())).toEqual(['failed', 'paid'])
      expect(kinds(await world.payments.read({ reference }))).toContain('paid')
    })

    test.each([
      [true, ['requires_action', 'paid']],
      [false, ['requires_action', 'failed']],
    ])('waits for the bank’s question; the answer %s ends it', async (agrees, expected) => {
      const { reference } = await world.payments.openCheckout(orderOf())
      await world.desk.pay(reference, 'three_d_secure')
      await world.settle()
      expect(kinds(await world.payments.read({ reference }))).toEqual(['requires_action'])
      await world.desk.answer(reference, agrees)
      await world.settle()
      expect(kinds(heard())).toEqual(expected)
    })

    test('of a slow card is not paid before its money is there', async () => {
      const { reference } = await world.payments.openCheckout(orderOf())
      await world.desk.pay(reference, 'slow')
      await world.settle()
      expect(kinds(await world.payments.read({ reference }))).toEqual([])
      world.clock.advance(60_000)
      expect(kinds(await world.payments.read({ reference }))).toEqual(['paid'])
      await world.settle()
      expect(kinds(heard())).toEqual(['paid'])
    })

    test('that takes too little money says what came', async () => {
      const { reference } = await world.payments.openCheckout(orderOf())
      await world.desk.pay(reference, 'pays_too_little')
      await world.settle()
      for (const told of [heard(), await world.payments.read({ reference })])
        expect(told).toEqual([expect.objectContaining({ kind: 'paid', amountMinor: 1_899n, currency: 'EUR' })])
    })

    test('may be told thrice: the same event under the same id', async () => {
      const { reference } = await world.payments.openCheckout(orderOf())
      await world.desk.pay(reference, 'duplicate_webhook')
      await world.settle()
      expect(kinds(heard())).toEqual(['paid', 'paid', 'paid'])
      expect(new Set(heard().map(({ id }) => id)).size).toBe(1)
    })

    test('that is closed cannot be paid any more, and a paid one stays paid', async () => {
      const open = await world.payments.openCheckout(orderOf())
      await world.payments.closeCheckout(open.reference)
      expect(await world.desk.pay(open.reference, 'success')).toBeNull()
      await world.settle()
      expect(kinds(heard())).toEqual(['expired'])
      expect(kinds(await world.payments.read(open))).toEqual(['expired'])
      const { reference } = await paid()
      await world.payments.closeCheckout(reference)
      expect(kinds(await world.payments.read({ reference }))).toEqual(['paid'])
    })

    test('ends by itself', async () => {
      const { reference } = await world.payments.openCheckout(orderOf())
      world.clock.advance(3_600_000)
      expect(kinds(await world.payments.read({ reference }))).toEqual(['expired'])
    })
  })

  describe('money that leaves again', () => {
    test('is told in sum; the same sum is returned once', async () => {
      const { order, reference, payment } = await paid()
      await world.payments.refund({ payment, minor: 500n, totalMinor: 500n })
      await world.payments.refund({ payment, minor: 500n, totalMinor: 500n })
      await world.payments.refund({ payment, minor: 1_400n, totalMinor: 1_900n })
      await world.settle()
      const sums = heard().flatMap((event) => (event.kind === 'refunded' ? [event.minor] : []))
      expect(sums).toEqual([500n, 1_900n])
      expect(heard().at(-1)).toMatchObject({ purchase: order.purchase, payment })
      const last = (await world.payments.read({ reference })).findLast(({ kind }) => kind === 'refunded')
      expect(last).toMatchObject({ minor: 1_900n })
      await expect(world.payments.refund({ payment, minor: 1n, totalMinor: 1_901n })).rejects.toThrow(PaymentRefused)
    })

    test('a return that fails is told by its id, and as much can be returned again', async () => {
      const { order, reference, payment } = await paid()
      await world.payments.refund({ payment, minor: 500n, totalMinor: 500n })
      await world.payments.refund({ payment, minor: 300n, totalMinor: 800n })
      await world.desk.backOffice(reference, 'refund_fails')
      await world.settle()
      const returns = (events: readonly PaymentEvent[]) =>
        events.flatMap((event) => (event.kind === 'refund' ? [event] : []))
      const [first, second, failed] = returns(heard())
      expect([first, second]).toMatchObject([
        { minor: 500n, failed: null, payment },
        { minor: 300n, failed: null, payment },
      ])
      expect(failed).toMatchObject({ refund: second?.refund, minor: 300n, failed: expect.any(String), payment })
      expect(first?.refund).not.toBe(second?.refund)
      // the state says what the webhooks said, each time under the same ids
      const read = await world.payments.read({ reference })
      const state = read.reduce((facts, event) => hearEvent({ ...PACK, facts }, event), NO_FACTS)
      expect(sentBackMinor(state)).toBe(800n)
      expect(returnedMinor(state)).toBe(500n)
      expect(await world.payments.read({ reference })).toEqual(read)
      // 1,400 are left: all of it goes back once more
      await world.payments.refund({ payment, minor: 1_400n, totalMinor: 2_200n })
      await world.settle()
      const all = [...heard().toReversed(), ...(await world.payments.read({ reference }))]
      const after = all.reduce((facts, event) => hearEvent({ ...PACK, facts }, event), NO_FACTS)
      expect(returnedMinor(after)).toBe(order.totalMinor)
      await expect(world.payments.refund({ payment, minor: 1n, totalMinor: 2_201n })).rejects.toThrow(PaymentRefused)
    })

    test.each([
      ['dispute_won', true],
      ['dispute_lost', false],
    ] as const)('a dispute is opened and closed: %s', async (action, won) => {
      const { reference, payment } = await paid()
      await world.desk.backOffice(reference, 'dispute')
      await world.desk.backOffice(reference, action)
      await world.settle()
      expect(heard().slice(1)).toEqual([
        expect.objectContaining({ kind: 'dispute_opened', payment }),
        expect.objectContaining({ kind: 'dispute_closed', payment, won }),
      ])
      expect(kinds(await world.payments.read({ reference }))).toEqual(['paid', 'dispute_opened', 'dispute_closed'])
    })
  })

  describe('a kept method', () => {
    const kept = async (card: 'success' | 'declines_later') => {
      const { reference } = await world.payments.openCheckout(orderOf({ keepMethod: true }))
      await world.desk.pay(reference, card)
      await world.settle()
      const event = heard().find(({ kind }) => kind === 'paid')
      return event?.kind === 'paid' ? (event.method?.handle ?? '') : ''
    }
    const chargeOf = (method: string) => ({
      purchase: ids.next('pur', START_MS),
      method,
      title: '10 credits',
      totalMinor: 400n,
      currency: 'EUR',
    })

    test('is charged without the person, once for a purchase', async () => {
      const order = chargeOf(await kept('success'))
      const first = await world.payments.charge(order)
      const again = await world.payments.charge(order)
      expect(first).toEqual([expect.objectContaining({ kind: 'paid', purchase: order.purchase, amountMinor: 400n })])
      expect(again.map(({ payment }) => payment)).toEqual(first.map(({ payment }) => payment))
      expect(await world.payments.purchaseOf(first[0]?.payment ?? '')).toBe(order.purchase)
      expect(kinds(await world.payments.read({ reference: first[0]?.payment ?? '' }))).toEqual(['paid'])
    })

    test('that declines answers so, and the same again', async () => {
      const order = chargeOf(await kept('declines_later'))
      const declined = [
        expect.objectContaining({ kind: 'failed', purchase: order.purchase, reason: expect.any(String) }),
      ]
      expect(await world.payments.charge(order)).toEqual(declined)
      expect(await world.payments.charge(order)).toEqual(declined)
    })
  })

  test('a payment of somebody else is nobody’s purchase', async () => {
    expect(await world.payments.purchaseOf('pi_unknown')).toBeNull()
  })

  describe('a webhook', () => {
    test('is read up to its age and not after', async () => {
      await paid()
      const { body } = posted[0]!
      const read = (atMs: number, nowMs: number) =>
        world.payments.readWebhook({ body, signature: world.sign(body, atMs), nowMs }).kind
      expect(read(START_MS, START_MS + WEBHOOK_AGE_MS)).toBe('event')
      expect(read(START_MS, START_MS + WEBHOOK_AGE_MS + 1_000)).toBe('too_old')
      expect(read(START_MS + WEBHOOK_AGE_MS + 1_000, START_MS)).toBe('too_old')
    })

    test('that was changed, or signed by nobody, is not read', async () => {
      await paid()
      const { body, signature } = posted[0]!
      const read = (changed: Partial<Posted>) =>
        world.payments.readWebhook({ body, signature, ...changed, nowMs: world.clock.nowMs() }).kind
      expect(read({})).toBe('event')
      expect(read({ body: body.replace('1900', '1901') })).toBe('bad_signature')
      for (const forged of ['', 't=1', 'v1=00', signature.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0'))])
        expect(read({ signature: forged })).toBe('bad_signature')
    })

    test('that is signed and no JSON is malformed', () => {
      const signature = world.sign('{', world.clock.nowMs())
      expect(world.payments.readWebhook({ body: '{', signature, nowMs: world.clock.nowMs() }).kind).toBe('malformed')
    })
  })
}
