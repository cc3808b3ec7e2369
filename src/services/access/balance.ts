import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { GrantId } from '../../core/shared/ids.ts'
import type { GrantKind, Layer } from '../../core/policy/document.ts'
import type { GrantState } from '../../core/waterfall/state.ts'
import type { CustomerView } from '../../ports/readers.ts'

/** How long before its end value counts as `expiring`. */
export const EXPIRING_WITHIN_MS = 7 * 24 * 3_600_000

/**
 * Micro-credits, over grants: `settled = available + held + pending + scheduled + lapsed`. `expiring` is the part of
 * `available` that ends within EXPIRING_WITHIN_MS.
 */
export interface BalanceView {
  readonly settled: MicroCredits
  readonly available: MicroCredits
  readonly held: MicroCredits
  /** Captured, not yet settled. */
  readonly pending: MicroCredits
  readonly expiring: MicroCredits
  /** Of grants that are not in force yet. */
  readonly scheduled: MicroCredits
  /** Of grants past their end whose ledger movement is not written yet: no longer to be spent. */
  readonly lapsed: MicroCredits
}

/** One grant with value left: `settled = available + held + pending`. */
export interface GrantView {
  readonly id: GrantId
  readonly kind: GrantKind
  readonly priority: number
  readonly amount: MicroCredits
  readonly settled: MicroCredits
  readonly available: MicroCredits
  readonly held: MicroCredits
  readonly pending: MicroCredits
  readonly spent: MicroCredits
  readonly standing: 'in_force' | 'scheduled' | 'lapsed'
  readonly effectiveAtMs: number
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  readonly features: readonly string[] | null
  readonly source: string
  readonly reason: string
}

/**
 * Grants with something left, in the order they are drawn: the policy's layers, inside each the gate's burn-down order.
 * Last are those that the gate keeps no more, and those of layers that are never drawn.
 */
export function grantViews(view: CustomerView, layers: readonly Layer[], atMs: number): readonly GrantView[] {
  const ledger = new Map(view.grants.map((grant) => [grant.id, grant]))
  const gate = view.state.grants
  const kept = new Set(gate.map((grant) => grant.id))
  const rest = view.grants.filter((grant) => grant.balance > 0n && !kept.has(grant.id))
  const drawn = layers.flatMap((layer) => gate.filter((grant) => grant.kind === layer))
  const never = gate.filter((grant) => !layers.includes(grant.kind))
  const views = [...drawn, ...never].map((grant) => grantView(grant, ledger.get(grant.id), atMs))
  return [...views, ...rest.map((grant) => grantView(null, grant, atMs))].filter(
    (grant): grant is GrantView => grant !== null && grant.settled > 0n,
  )
}

/** Sums of `grants`; with `kind`, of that layer alone. */
export function balanceOf(grants: readonly GrantView[], atMs: number, kind?: GrantKind): BalanceView {
  const sum = { settled: 0n, available: 0n, held: 0n, pending: 0n, expiring: 0n, scheduled: 0n, lapsed: 0n }
  for (const grant of grants) {
    if (kind !== undefined && grant.kind !== kind) continue
    sum.settled += grant.settled
    sum.held += grant.held
    sum.pending += grant.pending
    if (grant.standing === 'scheduled') sum.scheduled += grant.available
    else if (grant.standing === 'lapsed') sum.lapsed += grant.available
    else {
      sum.available += grant.available
      if (grant.expiresAtMs !== null && grant.expiresAtMs - atMs <= EXPIRING_WITHIN_MS) sum.expiring += grant.available
    }
  }
  return sum
}

function grantView(gate: GrantState | null, ledger: LedgerGrant | undefined, atMs: number): GrantView | null {
  const base = gate ?? ledger
  if (base === undefined) return null
  const available = gate?.available ?? 0n
  const held = gate?.held ?? 0n
  const settled = ledger?.balance ?? available + held
  return {
    id: base.id,
    kind: base.kind,
    priority: base.priority,
    amount: base.amount,
    settled,
    available,
    held,
    pending: settled - available - held,
    spent: ledger?.spent ?? 0n,
    standing:
      atMs < base.effectiveAtMs
        ? 'scheduled'
        : base.expiresAtMs !== null && base.expiresAtMs <= atMs
          ? 'lapsed'
          : 'in_force',
    effectiveAtMs: base.effectiveAtMs,
    expiresAtMs: base.expiresAtMs,
    createdAtMs: base.createdAtMs,
    features: base.features,
    source: ledger?.source ?? '',
    reason: ledger?.reason ?? '',
  }
}
