import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerState, GrantState, SubjectState } from './state.ts'

/*
 * Records of a customer with some members replaced. Each is built by one literal here and by no spread elsewhere: what a
 * spread makes has a shape of its own, and once a few of those are about, every rule reads every record slowly.
 */

export function replaceInState(state: CustomerState, parts: Partial<CustomerState>): CustomerState {
  const { nextHoldExpiryMs } = parts
  return {
    customer: state.customer,
    version: parts.version ?? state.version,
    atMs: parts.atMs ?? state.atMs,
    profile: parts.profile ?? state.profile,
    windows: parts.windows ?? state.windows,
    guards: parts.guards ?? state.guards,
    grants: parts.grants ?? state.grants,
    caps: parts.caps ?? state.caps,
    debt: parts.debt ?? state.debt,
    openHolds: parts.openHolds ?? state.openHolds,
    // null is a value of it
    nextHoldExpiryMs: nextHoldExpiryMs === undefined ? state.nextHoldExpiryMs : nextHoldExpiryMs,
  }
}

export function replaceInGrant(grant: GrantState, available: MicroCredits, held: MicroCredits): GrantState {
  return {
    id: grant.id,
    kind: grant.kind,
    priority: grant.priority,
    amount: grant.amount,
    available,
    held,
    effectiveAtMs: grant.effectiveAtMs,
    expiresAtMs: grant.expiresAtMs,
    createdAtMs: grant.createdAtMs,
    features: grant.features,
  }
}

export function replaceInRow(row: SubjectState, parts: Partial<SubjectState>): SubjectState {
  return { subject: row.subject, guards: parts.guards ?? row.guards, caps: parts.caps ?? row.caps }
}

/** A copy to change: its shape depends on its keys alone, whichever way the record came about. */
export function copyOf<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const copy: Record<string, T> = {}
  for (const key in record) copy[key] = record[key] as T
  return copy
}
