import type { LedgerGrant } from '../../../core/settlement/events.ts'
import { assert } from '../../../core/shared/assert.ts'
import { int8Array, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'

/** Replaces what moves in a grant; the rest of it never changes. The customer's ledger head is locked. */
export async function updateGrants(transaction: Transaction, grants: readonly LedgerGrant[]): Promise<void> {
  if (grants.length === 0) return
  const updated = await transaction.query({
    name: 'grants_update',
    text: `UPDATE grants AS g SET balance = n.balance, spent = n.spent, expired = n.expired, revoked = n.revoked
      FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        AS n(id, customer_id, balance, spent, expired, revoked)
      WHERE g.id = n.id AND g.customer_id = n.customer_id`,
    values: [
      uuidArray(grants, (grant) => grant.id),
      uuidArray(grants, (grant) => grant.customer),
      int8Array(grants, (grant) => grant.balance),
      int8Array(grants, (grant) => grant.spent),
      int8Array(grants, (grant) => grant.expired),
      int8Array(grants, (grant) => grant.revoked),
    ],
  })
  assert(updated.rowCount === grants.length, 'a grant whose balance moves exists')
}
