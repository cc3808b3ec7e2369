import { type MicroCredits, minAmount } from '../shared/amount.ts'
import type { GrantId } from '../shared/ids.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { LedgerGrant } from '../settlement/events.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import { closeChange, ledgerOf, openChange } from './change.ts'
import { takeOut } from './take-out.ts'

export type RevokePlan =
  | { readonly ok: true; readonly grant: LedgerGrant; readonly revoked: MicroCredits; readonly effects: Effects }
  | { readonly ok: false; readonly reason: 'unknown_grant' | 'nothing_available' }

/**
 * Revokes what is available in a grant, at most `upTo` of it (null: all). Value that is held or pending was promised to
 * work in flight and is not touched; it can be revoked once it is given back.
 */
export function revokeGrant(
  snapshot: Snapshot,
  input: { readonly grant: GrantId; readonly upTo: MicroCredits | null; readonly reason: string },
  ctx: LedgerContext,
): RevokePlan {
  if (!ledgerOf(snapshot).grants.has(input.grant)) return { ok: false, reason: 'unknown_grant' }
  const change = openChange(snapshot, ctx)
  const available = change.grants.find((grant) => grant.id === input.grant)?.available ?? 0n
  const revoked = input.upTo === null ? available : minAmount(input.upTo, available)
  if (revoked <= 0n) return { ok: false, reason: 'nothing_available' }

  takeOut(
    change,
    {
      grant: input.grant,
      amount: revoked,
      cause: { kind: 'revocation', reason: input.reason },
      effectiveAtMs: change.atMs,
    },
    ctx,
  )
  const effects = closeChange(snapshot, change)
  const grant = change.book.grants.get(input.grant)
  if (effects === null || grant === undefined) throw new TypeError('a revocation without a balance update')
  return { ok: true, grant, revoked, effects }
}
