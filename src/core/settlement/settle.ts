import type { Policy } from '../policy/policy.ts'
import { type Book, changedGrants, openBook } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { BalanceUpdate, LedgerGrant, LedgerHead, MonetizationEvent, UsageEvent } from './events.ts'
import { monetize } from './monetize.ts'
import { post } from './post.ts'

/** After so many failed attempts an event is poison: it is kept aside, and the customer's next ones go on. */
export const MAX_ATTEMPTS = 5

export interface UnsettledUsage {
  readonly head: LedgerHead
  /** Ordered by version, all after `head.settledVersion`. */
  readonly events: readonly UsageEvent[]
  readonly grants: ReadonlyMap<string, LedgerGrant>
  /** Failed attempts so far by usage event id. */
  readonly attempts: ReadonlyMap<string, number>
  /** Why the store would not write this event's settlement, by usage event id: a failure like any other. Mostly empty. */
  readonly refusals: ReadonlyMap<string, string>
}

export interface Settlement {
  readonly head: LedgerHead
  readonly monetizationEvents: readonly MonetizationEvent[]
  readonly updates: readonly BalanceUpdate[]
  readonly grants: readonly LedgerGrant[]
  readonly failures: readonly { readonly event: UsageEvent; readonly reason: string; readonly dead: boolean }[]
}

export interface SettleContext extends LedgerContext {
  /** The version that an event cites; undefined when there is none. May throw to say that it must be loaded first. */
  policyOf(version: number): Policy | undefined
}

/**
 * Settles a customer's backlog in order. An event that fails is counted and keeps the customer's later ones waiting, so
 * that the order holds; at its last attempt it is dead and the others go on. Events the head has passed are left out:
 * duplicates and replays change nothing.
 */
export function settle(backlog: UnsettledUsage, ctx: SettleContext): Settlement {
  const book = openBook(backlog)
  const monetizationEvents: MonetizationEvent[] = []
  const failures: { event: UsageEvent; reason: string; dead: boolean }[] = []

  for (const usage of backlog.events) {
    if (usage.version <= book.head.settledVersion) continue
    const policy = ctx.policyOf(usage.policyVersion)
    const refusal = backlog.refusals.get(usage.id)
    const result =
      refusal === undefined ? settleOne(book, { usage, policy }, ctx) : { ok: false as const, reason: refusal }
    if (result.ok) {
      monetizationEvents.push(result.event)
    } else {
      const dead = (backlog.attempts.get(usage.id) ?? 0) + 1 >= MAX_ATTEMPTS
      failures.push({ event: usage, reason: result.reason, dead })
      if (!dead) break
    }
    book.head = { ...book.head, settledVersion: usage.version }
  }
  return { head: book.head, monetizationEvents, updates: book.updates, grants: changedGrants(book), failures }
}

type Settled = { ok: true; event: MonetizationEvent } | { ok: false; reason: string }

function settleOne(book: Book, input: { usage: UsageEvent; policy: Policy | undefined }, ctx: SettleContext): Settled {
  const { usage, policy } = input
  if (usage.customer !== book.head.customer) return { ok: false, reason: `belongs to ${usage.customer}` }
  if (policy === undefined) return { ok: false, reason: `cites policy ${usage.policyVersion}, which does not exist` }
  // A malformed event makes the pure functions throw before they enter anything; it must not take its customer with it.
  try {
    const priced = monetize(usage, policy, { id: ctx.nextId('mon'), settledAtMs: ctx.nowMs })
    if (!priced.ok) return priced
    const posted = post(book, priced.event, ctx)
    return posted.ok ? priced : posted
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}
