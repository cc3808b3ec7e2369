import { assert } from '../shared/assert.ts'
import type { MicroCredits } from '../shared/amount.ts'
import { enter } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { BalanceCause } from '../settlement/events.ts'
import { insertGrant } from './burn-down.ts'
import { replaceInGrant } from '../waterfall/replace.ts'
import type { Change } from './change.ts'

/**
 * Takes value that is available out of a grant, as expiry or revocation. What is held or pending stays until it is
 * captured, settled or given back.
 */
export function takeOut(
  change: Change,
  input: {
    readonly grant: string
    readonly amount: MicroCredits
    readonly cause: Extract<BalanceCause, { kind: 'expiry' | 'revocation' }>
    readonly effectiveAtMs: number
  },
  ctx: LedgerContext,
): void {
  const state = change.grants.find((grant) => grant.id === input.grant)
  const row = change.book.grants.get(input.grant)
  assert(state !== undefined && row !== undefined, `no such grant to take from: ${input.grant}`)
  assert(input.amount > 0n && input.amount <= state.available, `${input.amount} is not available in ${input.grant}`)
  enter(
    change.book,
    {
      grant: row,
      delta: -input.amount,
      cause: input.cause,
      counter: input.cause.kind === 'expiry' ? 'expired' : 'revoked',
      effectiveAtMs: input.effectiveAtMs,
    },
    ctx,
  )
  change.grants = insertGrant(change.grants, replaceInGrant(state, state.available - input.amount, state.held))
}
