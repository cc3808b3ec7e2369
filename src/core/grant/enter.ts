import type { GrantKind } from '../policy/document.ts'
import { MAX_AMOUNT, type MicroCredits, minAmount } from '../shared/amount.ts'
import type { GrantId } from '../shared/ids.ts'
import { enter } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { LedgerGrant } from '../settlement/events.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import { insertGrant } from './burn-down.ts'
import { type Change, closeChange, ledgerOf, openChange, stateOf } from './change.ts'

export interface NewGrant {
  readonly kind: GrantKind
  readonly amount: MicroCredits
  readonly priority: number
  /** Only these features; null: all. */
  readonly features: readonly string[] | null
  /** Null: at once. */
  readonly effectiveAtMs: number | null
  /** Null: never. */
  readonly expiresAtMs: number | null
  /** Unique per customer: `purchase:<id>`, `api:<key>` ... A second grant of the same source is refused. */
  readonly source: string
  readonly reason: string
}

export type EnterRefusal = 'amount_not_positive' | 'overflow' | 'already_expired' | 'duplicate_source'

export type EnterPlan =
  | { readonly ok: true; readonly grant: LedgerGrant; readonly debtPaid: MicroCredits; readonly effects: Effects }
  | { readonly ok: false; readonly reason: EnterRefusal }

/**
 * A grant enters: its ledger row, its first balance update, and the gate's view of it, in one change. Debt is paid from
 * entering credits and adjustments that are free of feature limits and effective now; what is left can be spent.
 */
export function enterGrant(snapshot: Snapshot, input: NewGrant, ctx: LedgerContext): EnterPlan {
  const ledger = ledgerOf(snapshot)
  const change = openChange(snapshot, ctx)
  const effectiveAtMs = input.effectiveAtMs ?? change.atMs
  const total = [...ledger.grants.values()].reduce((sum, grant) => sum + grant.balance, input.amount)

  if (input.amount <= 0n) return { ok: false, reason: 'amount_not_positive' }
  if (total > MAX_AMOUNT) return { ok: false, reason: 'overflow' }
  if (input.expiresAtMs !== null && input.expiresAtMs <= Math.max(change.atMs, effectiveAtMs)) {
    return { ok: false, reason: 'already_expired' }
  }
  for (const grant of ledger.grants.values()) {
    if (grant.source === input.source) return { ok: false, reason: 'duplicate_source' }
  }

  const entered = enterInto(change, { ...input, effectiveAtMs }, ctx)
  const debtPaid = payDebt(change, entered, ctx)
  const effects = closeChange(snapshot, change)
  const grant = change.book.grants.get(entered.id)
  if (effects === null || grant === undefined) throw new TypeError('a grant entered without a balance update')
  return { ok: true, grant, debtPaid, effects }
}

/** Enters a grant into a change that is being planned; the caller has checked the amount. */
export function enterInto(
  change: Change,
  input: NewGrant & { readonly effectiveAtMs: number },
  ctx: LedgerContext,
): LedgerGrant {
  const id: GrantId = ctx.nextId('grt')
  const row: LedgerGrant = {
    id,
    customer: change.book.head.customer,
    kind: input.kind,
    priority: input.priority,
    amount: input.amount,
    balance: 0n,
    spent: 0n,
    expired: 0n,
    revoked: 0n,
    effectiveAtMs: input.effectiveAtMs,
    expiresAtMs: input.expiresAtMs,
    createdAtMs: change.atMs,
    features: input.features,
    source: input.source,
    reason: input.reason,
  }
  const grant = enter(
    change.book,
    {
      grant: row,
      delta: input.amount,
      cause: { kind: 'grant' },
      counter: 'issued',
      effectiveAtMs: input.effectiveAtMs,
    },
    ctx,
  )
  change.grants = insertGrant(change.grants, stateOf(grant, { available: grant.amount, held: 0n }))
  return grant
}

function payDebt(change: Change, grant: LedgerGrant, ctx: LedgerContext): MicroCredits {
  const payable =
    (grant.kind === 'credits' || grant.kind === 'adjustment') &&
    grant.features === null &&
    grant.effectiveAtMs <= change.atMs
  const paid = payable ? minAmount(change.debt, grant.amount) : 0n
  if (paid === 0n) return 0n
  const after = enter(
    change.book,
    { grant, delta: -paid, cause: { kind: 'debt', usageEvent: null }, counter: 'spent', effectiveAtMs: change.atMs },
    ctx,
  )
  change.debt -= paid
  change.grants = insertGrant(change.grants, stateOf(after, { available: grant.amount - paid, held: 0n }))
  return paid
}
