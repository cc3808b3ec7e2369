import type { LedgerHead } from '../../../core/settlement/events.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { assert } from '../../../core/shared/assert.ts'
import { int8Array, textArray, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'

/** A row of `ledger_head` as the driver gives it. */
export interface HeadRow {
  customer_id: string
  seq: string
  hash: string
  settled_version: string
}

export const HEAD_COLUMNS = 'customer_id, seq, hash, settled_version'

export const decodeHead = (row: HeadRow): LedgerHead => ({
  customer: fromUuid('cus', row.customer_id),
  seq: Number(row.seq),
  hash: row.hash,
  settledVersion: Number(row.settled_version),
})

/**
 * Locks the heads that nobody else holds, until commit, in id order. One that is held is left out instead of waited for:
 * its customer's ledger is being changed right now, and the settler has others to go on with.
 */
export async function lockFreeHeads(transaction: Transaction, customers: readonly CustomerId[]): Promise<LedgerHead[]> {
  const { rows } = await transaction.query<HeadRow>({
    name: 'ledger_heads_lock',
    text: `SELECT ${HEAD_COLUMNS} FROM ledger_head WHERE customer_id = ANY($1::uuid[])
      ORDER BY customer_id FOR UPDATE SKIP LOCKED`,
    values: [uuidArray(customers, (customer) => customer)],
  })
  return rows.map(decodeHead)
}

export async function updateHeads(transaction: Transaction, heads: readonly LedgerHead[]): Promise<void> {
  if (heads.length === 0) return
  const updated = await transaction.query({
    name: 'ledger_heads_update',
    text: `UPDATE ledger_head AS h SET seq = n.seq, hash = n.hash, settled_version = n.settled_version
      FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[]) AS n(customer_id, seq, hash, settled_version)
      WHERE h.customer_id = n.customer_id`,
    values: [
      uuidArray(heads, (head) => head.customer),
      int8Array(heads, (head) => head.seq),
      textArray(heads, (head) => head.hash),
      int8Array(heads, (head) => head.settledVersion),
    ],
  })
  assert(updated.rowCount === heads.length, 'every customer has a ledger head')
}
