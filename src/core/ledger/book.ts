import { assert } from '../shared/assert.ts'
import { MAX_AMOUNT } from '../shared/amount.ts'
import type { BalanceCause, BalanceUpdate, LedgerGrant, LedgerHead } from '../settlement/events.ts'
import { appendUpdate } from './chain.ts'
import type { LedgerContext } from './context.ts'
import type { Account } from './posting.ts'

/**
 * A customer's ledger while one plan writes it: the head moves on, updates pile up, grants are replaced. Made inside a
 * plan and dropped with it, so filling it in place keeps the plan pure and a long backlog linear.
 */
export interface Book {
  head: LedgerHead
  readonly grants: Map<string, LedgerGrant>
  readonly updates: BalanceUpdate[]
  /** Ids of the grants that differ from what was loaded. */
  readonly changed: Set<string>
}

export function openBook(ledger: { head: LedgerHead; grants: ReadonlyMap<string, LedgerGrant> }): Book {
  return { head: ledger.head, grants: new Map(ledger.grants), updates: [], changed: new Set() }
}

export interface Entry {
  readonly grant: LedgerGrant
  readonly delta: bigint
  readonly cause: BalanceCause
  readonly counter: Account
  readonly effectiveAtMs: number
}

/**
 * Enters one balance update: chained to the head, with the grant's balance moved and its counter-account's total with it.
 * Gives the grant after it.
 * A balance below zero or above 2^63 - 1 is a broken invariant: callers have already made sure of what can be taken.
 */
export function enter(book: Book, entry: Entry, ctx: LedgerContext): LedgerGrant {
  const before = book.grants.get(entry.grant.id) ?? entry.grant
  const balance = before.balance + entry.delta
  assert(entry.delta !== 0n, `balance update of zero for ${before.id}`)
  assert(balance >= 0n && balance <= MAX_AMOUNT, `balance of ${before.id} would be ${balance}`)
  const grant: LedgerGrant = { ...before, balance, ...counterTotal(before, entry) }
  const { update, head } = appendUpdate(
    book.head,
    {
      id: ctx.nextId('bal'),
      grant: grant.id,
      delta: entry.delta,
      balanceBefore: before.balance,
      balanceAfter: balance,
      cause: entry.cause,
      effectiveAtMs: entry.effectiveAtMs,
      recordedAtMs: ctx.nowMs,
    },
    ctx.hash,
  )
  book.head = head
  book.grants.set(grant.id, grant)
  book.updates.push(update)
  book.changed.add(grant.id)
  return grant
}

function counterTotal(grant: LedgerGrant, entry: Entry): Partial<Pick<LedgerGrant, 'spent' | 'expired' | 'revoked'>> {
  switch (entry.counter) {
    case 'issued':
      return {}
    case 'spent':
      return { spent: grant.spent - entry.delta }
    case 'expired':
      return { expired: grant.expired - entry.delta }
    case 'revoked':
      return { revoked: grant.revoked - entry.delta }
  }
}

/** The grants that a book changed, in the order they were first loaded or entered. */
export function changedGrants(book: Book): readonly LedgerGrant[] {
  return [...book.grants.values()].filter((grant) => book.changed.has(grant.id))
}
