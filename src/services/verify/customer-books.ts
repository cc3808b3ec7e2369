import type { Hold } from '../../core/hold/hold.ts'
import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerStanding, VerifyView } from '../../ports/verify-store.ts'
import { walk } from './pages.ts'

/** What every check of a customer starts from: its rows that are few. Events and decisions are walked. */
export interface CustomerBooks extends CustomerStanding {
  readonly customer: CustomerId
  readonly grants: ReadonlyMap<string, LedgerGrant>
  readonly openHolds: readonly Hold[]
  /** Included amount that each hold took, less what it gave back, by the decision that placed it. */
  readonly includedByDecision: ReadonlyMap<string, bigint>
  readonly holds: number
  /** Captured in all by holds, by hold id: what their usage events have to add up to. */
  readonly captured: ReadonlyMap<string, bigint>
}

/** Null: a row that every customer has is missing. */
export async function openBooks(view: VerifyView, customer: CustomerId): Promise<CustomerBooks | null> {
  const standing = await view.standing(customer)
  if (standing === null) return null
  const grants = new Map<string, LedgerGrant>()
  const listGrants = (after: string | null, limit: number) => view.grants(customer, after, limit)
  for await (const grant of walk(null, listGrants, (row) => row.id as string | null)) grants.set(grant.id, grant)

  const openHolds: Hold[] = []
  const includedByDecision = new Map<string, bigint>()
  const captured = new Map<string, bigint>()
  const listHolds = (after: string | null, limit: number) => view.holds(customer, after, limit)
  for await (const hold of walk(null, listHolds, (row) => row.id as string | null)) {
    if (hold.status === 'open') openHolds.push(hold)
    captured.set(hold.id, hold.captured)
    const left = hold.lines.reduce((sum, line) => (line.layer === 'included' ? sum + line.amount : sum), 0n)
    includedByDecision.set(hold.decision, (includedByDecision.get(hold.decision) ?? 0n) + left)
  }
  return { customer, ...standing, grants, openHolds, includedByDecision, holds: captured.size, captured }
}
