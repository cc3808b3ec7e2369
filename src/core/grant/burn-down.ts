import type { GrantState } from '../waterfall/state.ts'

type Ranked = Pick<GrantState, 'id' | 'priority' | 'expiresAtMs' | 'createdAtMs'>

/**
 * Burn-down order inside a layer: lowest priority number, earliest expiry (one that never expires is last), oldest, id.
 * Ends in the id, so that it is a total order: two grants never tie, and every process draws them alike.
 */
export function compareGrants(a: Ranked, b: Ranked): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  if (a.expiresAtMs !== b.expiresAtMs) {
    if (a.expiresAtMs === null) return 1
    if (b.expiresAtMs === null) return -1
    return a.expiresAtMs - b.expiresAtMs
  }
  if (a.createdAtMs !== b.createdAtMs) return a.createdAtMs - b.createdAtMs
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** The grants with one more, or with one replaced by id, in burn-down order; `grants` itself is left alone. */
export function insertGrant(grants: readonly GrantState[], grant: GrantState): readonly GrantState[] {
  const others = grants.filter((other) => other.id !== grant.id)
  const at = others.findIndex((other) => compareGrants(grant, other) < 0)
  return at < 0 ? [...others, grant] : [...others.slice(0, at), grant, ...others.slice(at)]
}
