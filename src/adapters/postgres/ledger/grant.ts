import type { LedgerGrant } from '../../../core/settlement/events.ts'
import { int8Array, uuidArray } from '../arrays.ts'

/** Replaces what moves in a grant; the rest of it never changes. The customer's ledger head is locked. `$3` to `$8`. */
export const UPDATE_GRANTS = `UPDATE grants AS g
  SET balance = n.balance, spent = n.spent, expired = n.expired, revoked = n.revoked
  FROM unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    AS n(id, customer_id, balance, spent, expired, revoked)
  WHERE g.id = n.id AND g.customer_id = n.customer_id`

/** The six parameters of `UPDATE_GRANTS`. */
export const grantValues = (grants: readonly LedgerGrant[]): Buffer[] => [
  uuidArray(grants, (grant) => grant.id),
  uuidArray(grants, (grant) => grant.customer),
  int8Array(grants, (grant) => grant.balance),
  int8Array(grants, (grant) => grant.spent),
  int8Array(grants, (grant) => grant.expired),
  int8Array(grants, (grant) => grant.revoked),
]
