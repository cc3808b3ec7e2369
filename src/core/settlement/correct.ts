import { MAX_AMOUNT } from '../shared/amount.ts'
import { insertGrant } from '../grant/burn-down.ts'
import { closeChange, ledgerOf, openChange, stateOf } from '../grant/change.ts'
import { enter } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import { counterAccount, rootCause } from '../ledger/posting.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import type { BalanceCause, BalanceUpdate } from './events.ts'

export type CorrectRefusal =
  /** A grant's entry is undone by revoking it. */
  | 'not_correctable'
  | 'already_corrected'
  | 'unknown_grant'
  /** The value that the correction would take back is spent, held or pending. */
  | 'not_available'
  | 'overflow'

export type CorrectPlan =
  | { readonly ok: true; readonly update: BalanceUpdate; readonly effects: Effects }
  | { readonly ok: false; readonly reason: CorrectRefusal }

export interface CorrectInput {
  readonly update: BalanceUpdate
  readonly reason: string
  /** Cause of an update of this customer; undefined when there is none of that id. */
  causeOf(id: string): BalanceCause | undefined
}

/** The single-use key that keeps an update from being corrected twice. */
export const correctionKey = (update: string): string => `correction/${update}`

/**
 * Reverses one balance update by a new one that names it; nothing is changed or deleted. A correction can itself be
 * corrected; debt whose payment is reversed is owed again. Each update is corrected at most once: the caller redeems `correctionKey` in the same transaction.
 */
export function correctUpdate(snapshot: Snapshot, input: CorrectInput, ctx: LedgerContext): CorrectPlan {
  const { update } = input
  const grant = ledgerOf(snapshot).grants.get(update.grant)
  const counter = counterAccount(update.cause, input.causeOf)
  const ofDebt = rootCause(update.cause, input.causeOf).kind === 'debt'
  if (snapshot.usedKeys.has(correctionKey(update.id))) return { ok: false, reason: 'already_corrected' }
  if (counter === 'issued') return { ok: false, reason: 'not_correctable' }
  if (grant === undefined) return { ok: false, reason: 'unknown_grant' }

  const delta = -update.delta
  const change = openChange(snapshot, ctx)
  const before = change.grants.find((state) => state.id === grant.id) ?? stateOf(grant, { available: 0n, held: 0n })
  const available = before.available + delta
  const total = [...change.book.grants.values()].reduce((sum, one) => sum + one.balance, delta)
  if (available < 0n) return { ok: false, reason: 'not_available' }
  if (ofDebt && change.debt + delta < 0n) return { ok: false, reason: 'not_available' }
  if (total > MAX_AMOUNT) return { ok: false, reason: 'overflow' }

  enter(
    change.book,
    {
      grant,
      delta,
      cause: { kind: 'correction', corrects: update.id, reason: input.reason },
      counter,
      effectiveAtMs: change.atMs,
    },
    ctx,
  )
  change.grants = insertGrant(change.grants, { ...before, available })
  if (ofDebt) change.debt += delta
  const effects = closeChange(snapshot, change)
  const entered = change.book.updates.at(-1)
  if (effects === null || entered === undefined) throw new TypeError('a correction without a balance update')
  return { ok: true, update: entered, effects }
}
