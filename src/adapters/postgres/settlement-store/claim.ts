import type { CustomerId } from '../../../core/shared/ids.ts'
import { int4Array, textArray, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'

/** What one batch works on: the customers of the notes it claimed. */
export interface Claim {
  readonly notes: readonly string[]
  /** In id order. */
  readonly customers: readonly CustomerId[]
  /** No unsettled event of these customers is below it. */
  readonly firstEventId: string
  readonly recordedAtMs: number
}

/** Customers whose backlog is not empty yet, or is to be tried again. */
export interface Stay {
  readonly customers: readonly CustomerId[]
  /** Null: at once. */
  readonly notBeforeMs: number | null
}

/** Customers in one batch; a note is taken whole. What was claimed past it is left for the next batch. */
const MAX_CUSTOMERS = 5_000

interface NoteRow {
  id: string
  customer_ids: string[]
  first_event_id: string
  recorded_at: Date
}

/** Claims the oldest due notes that no other settler holds; null when there is none. */
export async function claimNotes(
  transaction: Transaction,
  due: { limit: number; nowMs: number },
): Promise<Claim | null> {
  const { rows } = await transaction.query<NoteRow>({
    name: 'due_note_claim',
    text: `SELECT id, customer_ids, first_event_id, recorded_at FROM due_note
      WHERE not_before IS NULL OR not_before <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    values: [new Date(due.nowMs), due.limit],
  })
  const [first] = rows
  if (first === undefined) return null
  const customers = new Set<string>()
  const notes: string[] = []
  let [firstEventId, recordedAtMs] = [first.first_event_id, first.recorded_at.getTime()]
  for (const row of rows) {
    if (notes.length > 0 && customers.size + row.customer_ids.length > MAX_CUSTOMERS) break
    notes.push(row.id)
    for (const customer of row.customer_ids) customers.add(customer)
    if (row.first_event_id < firstEventId) firstEventId = row.first_event_id
    recordedAtMs = Math.min(recordedAtMs, row.recorded_at.getTime())
  }
  return { notes, customers: [...customers].sort().map((uuid) => fromUuid('cus', uuid)), firstEventId, recordedAtMs }
}

/** Ends the claimed notes; each stay that has customers gets a new one. */
export async function endNotes(transaction: Transaction, claim: Claim, stays: readonly Stay[]): Promise<void> {
  await transaction.query({
    name: 'due_note_end',
    text: 'DELETE FROM due_note WHERE id = ANY($1::bigint[])',
    values: [claim.notes],
  })
  const notes = stays.flatMap((stay, note) => stay.customers.map((customer) => ({ note, customer, ...stay })))
  if (notes.length === 0) return
  await transaction.query({
    name: 'due_note_stay',
    text: `INSERT INTO due_note (customer_ids, first_event_id, recorded_at, not_before)
      SELECT array_agg(customer_id), $3, $4, nullif(min(not_before), '')::timestamptz
      FROM unnest($1::integer[], $2::uuid[], $5::text[]) AS n(note, customer_id, not_before) GROUP BY note ORDER BY note`,
    values: [
      int4Array(notes, ({ note }) => note),
      uuidArray(notes, ({ customer }) => customer),
      claim.firstEventId,
      new Date(claim.recordedAtMs),
      textArray(notes, ({ notBeforeMs }) => (notBeforeMs === null ? '' : new Date(notBeforeMs).toISOString())),
    ],
  })
}
