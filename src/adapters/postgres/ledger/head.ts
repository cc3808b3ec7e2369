import type { LedgerHead } from '../../../core/settlement/events.ts'
import { fromUuid } from '../codec/ids.ts'
import { RowWriter } from '../rows.ts'

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

/** As rows of the table, for `UPDATE_HEADS`. */
export function headRows(heads: readonly LedgerHead[]): RowWriter {
  const rows = new RowWriter(4, heads.length * 160)
  for (const head of heads) {
    rows.row()
    rows.uuid(head.customer)
    rows.int8(head.seq)
    rows.text(head.hash)
    rows.int8(head.settledVersion)
  }
  return rows
}

/** Replaces heads that the transaction has locked. `$9`: their rows. */
export const UPDATE_HEADS = `UPDATE ledger_head AS h SET seq = n.seq, hash = n.hash, settled_version = n.settled_version
  FROM unnest($9::ledger_head[]) AS n WHERE h.customer_id = n.customer_id`
