import { assert } from '../shared/assert.ts'
import { type Book, changedGrants, openBook } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { LedgerGrant } from '../settlement/events.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { Effects, LedgerSnapshot, Snapshot } from '../waterfall/effects.ts'
import { replaceInState } from '../waterfall/replace.ts'
import type { GrantState } from '../waterfall/state.ts'

/** A change of grants while it is planned: the ledger's side and the gate's side move together. */
export interface Change {
  readonly book: Book
  /** The instant of the change: never before anything that was already decided for the customer. */
  readonly atMs: number
  grants: readonly GrantState[]
  debt: MicroCredits
}

export function ledgerOf(snapshot: Snapshot): LedgerSnapshot {
  assert(snapshot.ledger !== null, 'a change of grants was planned without the ledger')
  return snapshot.ledger
}

export function openChange(snapshot: Snapshot, ctx: LedgerContext): Change {
  const { state } = snapshot
  return {
    book: openBook(ledgerOf(snapshot)),
    atMs: Math.max(ctx.nowMs, state.atMs),
    grants: state.grants,
    debt: state.debt,
  }
}

/** Effects of a planned change; null when nothing was entered. Grants with nothing available or held leave the state. */
export function closeChange(snapshot: Snapshot, change: Change): Effects | null {
  if (change.book.updates.length === 0) return null
  const state = replaceInState(snapshot.state, {
    version: snapshot.state.version + 1,
    atMs: change.atMs,
    grants: change.grants.filter((grant) => grant.available > 0n || grant.held > 0n),
    debt: change.debt,
  })
  const { head, updates } = change.book
  return { state, ledger: { head, updates, grants: changedGrants(change.book) } }
}

/** A grant as the gate sees it. */
export function stateOf(grant: LedgerGrant, parts: Pick<GrantState, 'available' | 'held'>): GrantState {
  const { id, kind, priority, amount, effectiveAtMs, expiresAtMs, createdAtMs, features } = grant
  const { available, held } = parts
  return { id, kind, priority, amount, available, held, effectiveAtMs, expiresAtMs, createdAtMs, features }
}
