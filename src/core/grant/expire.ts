import type { LedgerContext } from '../ledger/context.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import type { GrantState } from '../waterfall/state.ts'
import { type Change, closeChange, openChange } from './change.ts'
import { takeOut } from './take-out.ts'

/**
 * Whether value in the grant can no longer be drawn. The instant of expiry itself is past it: a grant is good for
 * `effectiveAt <= t < expiresAt`.
 */
export function hasExpired(grant: Pick<GrantState, 'expiresAtMs'>, atMs: number): boolean {
  return grant.expiresAtMs !== null && grant.expiresAtMs <= atMs
}

/**
 * Expires what is available in every grant past its end; null when there is nothing. Run again, it finds nothing, so it
 * needs no key. Value that a hold gives back to an expired grant later is expired by the next run.
 */
export function expireGrants(snapshot: Snapshot, ctx: LedgerContext): Effects | null {
  const change = openChange(snapshot, ctx)
  expireInto(change, ctx)
  return closeChange(snapshot, change)
}

/** Expires what is due inside a change that is being planned. */
export function expireInto(change: Change, ctx: LedgerContext): void {
  for (const grant of change.grants) {
    if (grant.available === 0n || grant.expiresAtMs === null || !hasExpired(grant, change.atMs)) continue
    takeOut(
      change,
      { grant: grant.id, amount: grant.available, cause: { kind: 'expiry' }, effectiveAtMs: grant.expiresAtMs },
      ctx,
    )
  }
}
