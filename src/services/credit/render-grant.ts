import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'

const instant = (atMs: number): string => new Date(atMs).toISOString()

/** A grant as JSON: amounts are decimal strings of micro-credits, times RFC 3339. */
export function renderGrant(grant: LedgerGrant, available: MicroCredits) {
  return {
    id: grant.id,
    customer: grant.customer,
    kind: grant.kind,
    amount: `${grant.amount}`,
    available: `${available}`,
    priority: grant.priority,
    features: grant.features,
    effectiveAt: instant(grant.effectiveAtMs),
    expiresAt: grant.expiresAtMs === null ? null : instant(grant.expiresAtMs),
    reason: grant.reason,
    createdAt: instant(grant.createdAtMs),
  }
}
