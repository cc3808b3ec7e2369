import type { LedgerGrant, LedgerHead } from '../../../core/settlement/events.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'

export type Grants = ReadonlyMap<string, LedgerGrant>

/**
 * Grants as this process last settled them. A hint: it counts only while the locked head is the very one they were left
 * with, because no balance moves without a balance update, and the head's hash names all of them.
 */
export interface KnownLedgers {
  grantsAt(head: LedgerHead): Grants | undefined
  /** Only after the commit. */
  keep(head: LedgerHead, grants: Grants): void
}

const BOUND = 20_000

/** Of the customers that were settled last; the one whose turn is longest ago is forgotten first. */
export function knownLedgers(bound = BOUND): KnownLedgers {
  const known = new Map<CustomerId, { readonly head: LedgerHead; readonly grants: Grants }>()
  return {
    grantsAt({ customer, seq, hash }) {
      const ledger = known.get(customer)
      return ledger?.head.seq === seq && ledger.head.hash === hash ? ledger.grants : undefined
    },
    keep(head, grants) {
      known.delete(head.customer)
      known.set(head.customer, { head, grants })
      const [oldest] = known.size > bound ? known.keys() : []
      if (oldest !== undefined) known.delete(oldest)
    },
  }
}
