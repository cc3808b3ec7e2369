import { assert, InvariantBroken } from '../shared/assert.ts'
import type { BalanceCause, BalanceUpdate } from '../settlement/events.ts'

/** Where value comes from when it enters a grant, and where it goes when it leaves. */
export const ACCOUNTS = ['issued', 'spent', 'expired', 'revoked'] as const
export type Account = (typeof ACCOUNTS)[number]

/** One side of an entry. The two sides of every balance update sum to zero. */
export interface Posting {
  readonly account: Account | `grant:${string}`
  readonly amount: bigint
}

/** The cause itself, or, of a correction, that of the update which it reverses in the end. */
export function rootCause(
  cause: BalanceCause,
  causeOf: (id: string) => BalanceCause | undefined,
): Exclude<BalanceCause, { kind: 'correction' }> {
  let named = cause
  // A correction may reverse a correction; each names an older update, so the walk ends, and 64 is more than people argue.
  for (let step = 0; step < 64; step += 1) {
    if (named.kind !== 'correction') return named
    const next = causeOf(named.corrects)
    assert(next !== undefined, `correction names an update that is not there: ${named.corrects}`)
    named = next
  }
  throw new InvariantBroken('corrections are nested deeper than 64')
}

/** The counter-account of a cause; a correction goes back to where the update that it corrects came from. */
export function counterAccount(cause: BalanceCause, causeOf: (id: string) => BalanceCause | undefined): Account {
  switch (rootCause(cause, causeOf).kind) {
    case 'grant':
      return 'issued'
    case 'charge':
    case 'debt':
      return 'spent'
    case 'expiry':
      return 'expired'
    case 'revocation':
      return 'revoked'
  }
}

/** The double entry of one balance update: the grant's side and the counter-account's. */
export function postingsOf(
  update: Pick<BalanceUpdate, 'grant' | 'delta'>,
  counter: Account,
): readonly [Posting, Posting] {
  return [
    { account: `grant:${update.grant}`, amount: update.delta },
    { account: counter, amount: -update.delta },
  ]
}
