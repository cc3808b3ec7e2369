import { unreachable } from '../shared/assert.ts'
import type { PaymentEvent } from './event.ts'
import type { Dispute, Facts, Heard, OtherMoney, Purchase, Refund } from './purchase.ts'

/** More payments of other amounts than any purchase gets; the rest is in the audit log. */
const MOST_OTHERWISE = 20

/** The facts with one more event: each kind keeps its first or its strongest, so that order and repetition say nothing. */
export function hearEvent({ pack, facts }: Pick<Purchase, 'pack' | 'facts'>, event: PaymentEvent): Facts {
  const heard: Heard = { event: event.id, atMs: event.atMs }
  switch (event.kind) {
    case 'requires_action':
      return { ...facts, action: later(facts.action, heard) }
    case 'failed':
      return { ...facts, failure: later(facts.failure, { ...heard, reason: event.reason }) }
    case 'expired':
      return { ...facts, expired: earlier(facts.expired, heard) }
    case 'paid': {
      if (!paysFor({ pack }, event)) return withOtherwise(facts, { ...heard, ...moneyOf(event) })
      const method = facts.method ?? event.method
      // the handle of one payment is the same in all its events; of two, the smaller text, so that order says nothing
      const kept =
        event.method !== null && method !== null && event.method.handle < method.handle ? event.method : method
      return { ...facts, paid: earlier(facts.paid, { ...heard, payment: event.payment ?? '' }), method: kept }
    }
    case 'refunded': {
      const told = { ...heard, minor: event.minor }
      const before = facts.refunded
      if (before === null || told.minor > before.minor) return { ...facts, refunded: told }
      return told.minor < before.minor ? facts : { ...facts, refunded: earlier(before, told) }
    }
    case 'refund':
      return withRefund(facts, {
        ...heard,
        refund: event.refund,
        minor: event.minor,
        failed: event.failed === null ? null : { ...heard, reason: event.failed },
      })
    case 'dispute_opened':
      return withDispute(facts, event.dispute, (one) => ({ ...one, opened: earlier(one.opened, heard) }))
    case 'dispute_closed':
      return withDispute(facts, event.dispute, (one) => ({
        ...one,
        closed: later(one.closed, { ...heard, won: event.won }),
      }))
    default:
      return unreachable(event)
  }
}

/** More returns than a purchase can have under keys, those of the processor's own pages with them. */
const MOST_REFUNDS = 300

/** Each return by itself, in the order of ids: what failed stays failed. */
function withRefund(facts: Facts, told: Refund): Facts {
  const known = facts.refunds.find(({ refund }) => refund === told.refund) ?? null
  const others = facts.refunds.filter(({ refund }) => refund !== told.refund)
  const failed =
    known?.failed == null ? told.failed : told.failed === null ? known.failed : earlier(known.failed, told.failed)
  const refunds = [...others, { ...earlier(known, told), failed }].toSorted((a, b) => (a.refund < b.refund ? -1 : 1))
  return { ...facts, refunds: refunds.slice(0, MOST_REFUNDS) }
}

/** Each dispute by itself, in the order of ids: one that was won says nothing of another. */
function withDispute(facts: Facts, dispute: string, hear: (known: Dispute) => Dispute): Facts {
  const known = facts.disputes.find((one) => one.dispute === dispute) ?? { dispute, opened: null, closed: null }
  const others = facts.disputes.filter((one) => one.dispute !== dispute)
  const disputes = [...others, hear(known)].toSorted((a, b) => (a.dispute < b.dispute ? -1 : 1))
  return { ...facts, disputes }
}

const moneyOf = ({ payment, amountMinor, currency }: Extract<PaymentEvent, { kind: 'paid' }>) => ({
  payment: payment ?? '',
  amountMinor,
  currency,
})

/** Each payment once, in the order of ids: its webhook and its reading are two events of the same money. */
function withOtherwise(facts: Facts, told: OtherMoney): Facts {
  const known = facts.otherwise.find(({ payment }) => payment === told.payment) ?? null
  const others = facts.otherwise.filter(({ payment }) => payment !== told.payment)
  const otherwise = [...others, earlier(known, told)].toSorted((a, b) => (a.payment < b.payment ? -1 : 1))
  return { ...facts, otherwise: otherwise.slice(0, MOST_OTHERWISE) }
}

/** Money of another amount or currency than was asked for pays nothing: a person has to look. */
export function paysFor({ pack }: Pick<Purchase, 'pack'>, event: PaymentEvent): boolean {
  return event.kind !== 'paid' || (event.amountMinor === pack.totalMinor && event.currency === pack.currency)
}

/** By time, then id: a total order, so that of many the same one is kept in whatever order they come. */
const before = (a: Heard, b: Heard): boolean => (a.atMs === b.atMs ? a.event < b.event : a.atMs < b.atMs)
const earlier = <T extends Heard>(known: T | null, told: T): T => (known === null || before(told, known) ? told : known)
const later = <T extends Heard>(known: T | null, told: T): T => (known === null || before(known, told) ? told : known)
