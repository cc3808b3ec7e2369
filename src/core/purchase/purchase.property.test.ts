import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PaymentEvent } from './event.ts'
import { hearEvent } from './hear.ts'
import { nextStep, owedBack, writtenOff } from './next-step.ts'
import { type Facts, isOpen, NO_FACTS, otherMoney, type Purchase, statusOf } from './purchase.ts'

const AT = 1_000_000
const ID = `pur_${'0'.repeat(32)}`

const purchaseOf = (facts: Facts = NO_FACTS): Purchase => ({
  id: ID,
  customer: `cus_${'0'.repeat(32)}`,
  intent: 'small/first',
  origin: 'person',
  buyer: { id: 'usr_1', name: 'Ada', email: null },
  pack: {
    id: 'small',
    title: '10 credits',
    credits: 10_000_000n,
    totalMinor: 400n,
    taxMinor: 64n,
    taxNote: null,
    currency: 'EUR',
    expiresAfterDays: 365,
  },
  policyVersion: 1,
  keepMethod: false,
  createdAtMs: AT,
  version: 1,
  facts,
})

/** Ids differ, times collide: ties have to be broken the same way in every order. */
const event = fc
  .record({
    number: fc.nat(40),
    atMs: fc.integer({ min: AT, max: AT + 5 }),
    told: fc.oneof(
      fc.constant({ kind: 'requires_action' as const }),
      fc.constantFrom('declined', 'expired card').map((reason) => ({ kind: 'failed' as const, reason })),
      fc.constant({ kind: 'expired' as const }),
      fc
        .tuple(
          fc.constantFrom(null, { handle: 'a', label: 'A' }, { handle: 'b', label: 'B' }),
          fc.constantFrom([400n, 'EUR'] as const, [399n, 'EUR'] as const, [400n, 'USD'] as const),
        )
        .map(([method, [amountMinor, currency]]) => ({ kind: 'paid' as const, amountMinor, currency, method })),
      fc.constantFrom(1n, 133n, 200n, 400n).map((minor) => ({ kind: 'refunded' as const, minor })),
      fc
        .tuple(
          fc.constantFrom(['re_1', 133n] as const, ['re_2', 67n] as const, ['re_3', 400n] as const),
          fc.constantFrom(null, 'account closed', 'unknown'),
        )
        .map(([[refund, minor], failed]) => ({ kind: 'refund' as const, refund, minor, failed })),
      fc.constantFrom('dp_1', 'dp_2').map((dispute) => ({ kind: 'dispute_opened' as const, dispute })),
      fc
        .tuple(fc.constantFrom('dp_1', 'dp_2'), fc.boolean())
        .map(([dispute, won]) => ({ kind: 'dispute_closed' as const, dispute, won })),
    ),
  })
  .map(
    ({ number, atMs, told }): PaymentEvent => ({
      id: `${told.kind}/${number}`,
      atMs,
      purchase: ID,
      payment: 'pay_1',
      ...told,
    }),
  )

/** A ledger of one grant, of which `spent` is gone: what was granted, revoked and returned. */
interface Ledger {
  grants: number
  available: bigint
  revoked: bigint
}

/** Carries out what the facts ask for until they ask for nothing: what the services do, without their ports. */
function settle(purchase: Purchase, ledger: Ledger): Purchase {
  let now = purchase
  const put = (facts: Facts): void => {
    now = { ...now, facts, version: now.version + 1 }
  }
  for (let count = 0; count < 50; count += 1) {
    const step = nextStep(now, AT)
    if (step.kind === 'wait') return now
    const { facts } = now
    if (step.kind === 'credit') {
      ledger.grants += 1
      ledger.available += now.pack.credits
      put({ ...facts, credited: { grant: `grt_${'0'.repeat(32)}`, atMs: AT } })
    } else if (step.kind === 'plan_take_back') put({ ...facts, takeBacks: [...facts.takeBacks, step.takeBack] })
    else {
      const takeBacks = [...facts.takeBacks]
      const one = takeBacks[step.index]!
      if (step.kind === 'give_back') {
        ledger.available += one.taken
        ledger.revoked -= one.taken
        takeBacks[step.index] = { ...one, returned: true, closedAtMs: AT }
      } else {
        const taken = step.upTo < ledger.available ? step.upTo : ledger.available
        ledger.available -= taken
        ledger.revoked += taken
        takeBacks[step.index] = { ...one, taken: one.taken + taken, closedAtMs: AT }
      }
      put({ ...facts, takeBacks })
    }
  }
  throw new Error('it never ends')
}

function run(events: readonly PaymentEvent[], spend = 0n): { purchase: Purchase; ledger: Ledger } {
  const ledger: Ledger = { grants: 0, available: 0n, revoked: 0n }
  let purchase = purchaseOf()
  for (const one of events) {
    purchase = settle({ ...purchase, facts: hearEvent(purchase, one) }, ledger)
    const now = spend < ledger.available ? spend : ledger.available
    ledger.available -= now
  }
  return { purchase, ledger }
}

/** What is heard, without what was done about it. */
const heardOf = ({ facts: { credited: _credited, takeBacks: _takeBacks, ...heard } }: Purchase) => heard

describe('in whatever order and however often events come', () => {
  const shuffled = fc
    .uniqueArray(event, { maxLength: 12, selector: ({ id }) => id })
    .chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2, maxLength: events.length * 2 }),
      ),
    )

  test('the same is known, the status is the same, and at most one grant enters', () => {
    fc.assert(
      fc.property(shuffled, ([events, again]) => {
        const [a, b] = [run(events), run(again)]
        expect(heardOf(b.purchase)).toEqual(heardOf(a.purchase))
        const reached = [a, b].map(({ purchase, ledger }) => ({
          owed: owedBack(purchase),
          left: ledger.available,
          done: nextStep(purchase, AT).kind,
        }))
        expect(reached[1]).toEqual(reached[0])
        expect(a.ledger.grants).toBeLessThanOrEqual(1)
        expect(b.ledger.grants).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2_000 },
    )
  })

  test('what is left is what was bought less what is owed back', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const { purchase, ledger } = run(events)
        const paid = purchase.facts.paid !== null
        expect(ledger.available).toBe(paid ? purchase.pack.credits - owedBack(purchase) : 0n)
        expect(ledger.revoked).toBe(ledger.grants === 0 ? 0n : owedBack(purchase))
      }),
      { numRuns: 2_000 },
    )
  })

  test('nothing goes below zero when credits were spent before their money left', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.bigInt({ min: 1n, max: 10_000_000n }), (events, spend) => {
        const { purchase, ledger } = run(events, spend)
        expect(ledger.available).toBeGreaterThanOrEqual(0n)
        expect(ledger.revoked).toBeLessThanOrEqual(purchase.pack.credits)
        if (ledger.grants === 1)
          expect(ledger.revoked + writtenOff(purchase.facts)).toBeGreaterThanOrEqual(owedBack(purchase))
      }),
      { numRuns: 2_000 },
    )
  })
})

const at = (atMs: number, told: object, id = `${atMs}`): PaymentEvent =>
  ({ id, atMs, purchase: ID, payment: 'pay_1', ...told }) as PaymentEvent
const PAID = { kind: 'paid', amountMinor: 400n, currency: 'EUR', method: null }
const opened = (atMs: number, dispute: string) => at(atMs, { kind: 'dispute_opened', dispute })
const closed = (atMs: number, dispute: string, won: boolean) => at(atMs, { kind: 'dispute_closed', dispute, won })
const FAILED = { kind: 'failed', reason: 'declined' }

describe('the status', () => {
  test.each([
    ['nothing heard', [], 'created'],
    ['a question of the bank', [at(1, { kind: 'requires_action' })], 'requires_action'],
    ['a decline', [at(1, FAILED)], 'failed'],
    ['a decline, then a question', [at(1, FAILED), at(2, { kind: 'requires_action' })], 'requires_action'],
    ['a question, then a decline', [at(1, { kind: 'requires_action' }), at(2, FAILED)], 'failed'],
    ['its end', [at(1, { kind: 'expired' })], 'expired'],
    ['money', [at(1, PAID)], 'credited'],
    ['money, and a decline heard late', [at(2, PAID), at(1, FAILED)], 'credited'],
    ['money, and its end heard late', [at(1, PAID), at(2, { kind: 'expired' })], 'credited'],
    ['half of it returned', [at(1, PAID), at(2, { kind: 'refunded', minor: 200n })], 'credited'],
    ['all of it returned', [at(1, PAID), at(2, { kind: 'refunded', minor: 400n })], 'refunded'],
    ['a dispute', [at(1, PAID), at(2, { kind: 'dispute_opened', dispute: 'd' })], 'disputed'],
    [
      'a dispute won',
      [
        at(1, PAID),
        at(2, { kind: 'dispute_opened', dispute: 'd' }),
        at(3, { kind: 'dispute_closed', dispute: 'd', won: true }),
      ],
      'credited',
    ],
    [
      'a dispute lost',
      [
        at(1, PAID),
        at(2, { kind: 'dispute_opened', dispute: 'd' }),
        at(3, { kind: 'dispute_closed', dispute: 'd', won: false }),
      ],
      'disputed',
    ],
    ['a dispute that was lost, its opening unheard', [at(1, PAID), closed(2, 'd', false)], 'disputed'],
    [
      'a dispute lost and then won',
      [at(1, PAID), opened(2, 'd'), closed(3, 'd', false), closed(4, 'd', true)],
      'credited',
    ],
    [
      'a dispute won and then lost',
      [at(1, PAID), opened(2, 'd'), closed(3, 'd', true), closed(4, 'd', false)],
      'disputed',
    ],
    [
      'an inquiry that ended well, then a dispute',
      [at(1, PAID), opened(2, 'a'), closed(3, 'a', true), opened(4, 'b')],
      'disputed',
    ],
    [
      'one dispute lost, another won',
      [at(1, PAID), opened(2, 'a'), closed(3, 'a', false), opened(4, 'b'), closed(5, 'b', true)],
      'disputed',
    ],
  ] as [string, PaymentEvent[], string][])('after %s', (_, events, expected) => {
    expect(statusOf(run(events).purchase)).toBe(expected)
  })

  test('is paid until the grant is there', () => {
    expect(statusOf(purchaseOf(hearEvent(purchaseOf(), at(1, PAID))))).toBe('paid')
  })

  test('money that left before it could be credited is never credited', () => {
    const left = purchaseOf(hearEvent(purchaseOf(), at(2, { kind: 'refunded', minor: 400n })))
    expect(nextStep({ ...left, facts: hearEvent(left, at(1, PAID)) }, AT)).toEqual({ kind: 'wait' })
  })

  test.each([
    ['less', { ...PAID, amountMinor: 399n }, false],
    ['more', { ...PAID, amountMinor: 401n }, false],
    ['another currency', { ...PAID, currency: 'USD' }, false],
    ['the price', PAID, true],
  ])('%s pays for it: %s', (_, told, expected) => {
    const { facts } = run([at(1, told)]).purchase
    expect([facts.credited !== null, otherMoney(facts).length]).toEqual(expected ? [true, 0] : [false, 1])
  })
})

describe('money that is not what was asked for', () => {
  const other = (atMs: number, told: object = {}) => at(atMs, { ...PAID, amountMinor: 399n, ...told })

  test('is kept once for its payment, with what came, and nobody pays at that checkout again', () => {
    const { purchase } = run([other(2), other(1, { id: 'read' }), other(3, { payment: 'pay_0', currency: 'USD' })])
    expect(otherMoney(purchase.facts)).toEqual([
      { payment: 'pay_0', amountMinor: 399n, currency: 'USD', event: '3', atMs: 3 },
      { payment: 'pay_1', amountMinor: 399n, currency: 'EUR', event: 'read', atMs: 1 },
    ])
    expect(isOpen(purchase)).toBe(false)
  })

  test('is forgotten when the same payment turns out to be right', () => {
    const { purchase } = run([other(1), at(2, PAID)])
    expect([statusOf(purchase), otherMoney(purchase.facts)]).toEqual(['credited', []])
  })

  test('is bounded', () => {
    const many = Array.from({ length: 30 }, (_, i) => other(i, { payment: `pay_${i}` }))
    expect(run(many).purchase.facts.otherwise).toHaveLength(20)
  })
})
