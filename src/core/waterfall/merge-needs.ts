import type { Needs } from './effects.ts'

/** Both needs as one: what a plan asked for first, and what it found missing. */
export function mergeNeeds(a: Needs, b: Needs): Needs {
  return {
    subjects: union(a.subjects, b.subjects),
    holds: union(a.holds, b.holds),
    openHolds: a.openHolds === true || b.openHolds === true,
    ledger: a.ledger === true || b.ledger === true,
    grants: union(a.grants, b.grants),
    singleUse: union(a.singleUse, b.singleUse),
  }
}

const union = (a: readonly string[] = [], b: readonly string[] = []): readonly string[] =>
  b.length === 0 ? a : [...new Set([...a, ...b])]
