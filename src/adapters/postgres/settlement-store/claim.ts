import type { LedgerHead } from '../../../core/settlement/events.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { int4Array, textArray, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'

/** What one batch works on: the customers of the notes it claimed. */
export interface Claim {
  readonly notes: readonly string[]
  /** Heads that are locked until commit, in id order. */
  readonly heads: readonly LedgerHead[]
  /** Customers whose head somebody else holds: their ledger is being changed right now, and there are others to go on with. */
  readonly held: readonly CustomerId[]
  /** No unsettled event of these customers is below it. */
  readonly firstEventId: string
  readonly recordedAtMs: number
}

export interface ClaimBounds {
  readonly maxNotes: number
  /** A note is taken whole; what would exceed this is left for the next batch, except the first. */
  readonly maxCustomers: number
  readonly nowMs: number
}

/** Customers whose backlog is not empty yet, or is to be tried again. */
export interface Stay {
  readonly customers: readonly CustomerId[]
  /** Null: at once. */
  readonly notBeforeMs: number | null
}

/**
 * The oldest due notes that no other settler holds, and the heads of their customers, skipping those that are held. One
 * statement, because each one costs as much as a few events. A head that moved since its snapshot was taken is locked
 * and given as it is now; what else is read of its customer comes from later statements.
 */
const CLAIM = `WITH claimed AS MATERIALIZED (
    SELECT id, customer_ids, first_event_id, recorded_at FROM due_note
    WHERE not_before IS NULL OR not_before <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), taken AS MATERIALIZED (
    SELECT * FROM (
      SELECT *, sum(cardinality(customer_ids)) OVER notes AS customers, row_number() OVER notes AS nth
      FROM claimed WINDOW notes AS (ORDER BY id)) AS n
    WHERE customers <= $3 OR nth = 1
  ), named AS MATERIALIZED (
    SELECT DISTINCT unnest(customer_ids) AS customer_id FROM taken ORDER BY 1
  ), locked AS MATERIALIZED (
    SELECT h.customer_id, h.seq, h.hash, h.settled_version FROM ledger_head AS h
    WHERE h.customer_id = ANY(ARRAY(SELECT customer_id FROM named)) ORDER BY h.customer_id FOR UPDATE SKIP LOCKED
  )
  SELECT NULL AS customer_id, NULL AS seq, NULL AS hash, NULL AS settled_version,
    string_agg(id::text, ',') AS notes, min(first_event_id::text) AS first_event_id, min(recorded_at) AS recorded_at,
    ARRAY(SELECT customer_id FROM named EXCEPT ALL SELECT customer_id FROM locked) AS held
  FROM taken HAVING count(*) > 0
  UNION ALL SELECT encode(uuid_send(customer_id), 'hex'), seq, hash, settled_version, NULL, NULL, NULL, NULL FROM locked`

type NoteRow = [null, null, null, null, notes: string, firstEventId: string, recordedAt: Date, held: string[]]
type HeadRow = [customer: string, seq: string, hash: string, settledVersion: string, null, null, null, null]

/** Claims what is due and locks it; null when nothing is. */
export async function claimNotes(transaction: Transaction, bounds: ClaimBounds): Promise<Claim | null> {
  const { rows } = await transaction.query<NoteRow | HeadRow>({
    name: 'settle_claim',
    text: CLAIM,
    values: [new Date(bounds.nowMs), bounds.maxNotes, bounds.maxCustomers],
    rowMode: 'array',
  })
  let claim: Omit<Claim, 'heads'> | null = null
  const heads: LedgerHead[] = []
  for (const row of rows) {
    if (row[0] === null) {
      const [, , , , notes, firstEventId, recordedAt, held] = row
      claim = {
        notes: notes.split(','),
        held: held.map((uuid) => fromUuid('cus', uuid)),
        firstEventId,
        recordedAtMs: recordedAt.getTime(),
      }
    } else {
      const [customer, seq, hash, settledVersion] = row
      heads.push({ customer: `cus_${customer}`, seq: Number(seq), hash, settledVersion: Number(settledVersion) })
    }
  }
  return claim === null ? null : { ...claim, heads }
}

/** Customers of one new note at most, so that a note can always be taken whole. */
const NOTE_CUSTOMERS = 250

/** Writes a note for the customers of each stay. */
export async function keepNotes(transaction: Transaction, claim: Claim, stays: readonly Stay[]): Promise<void> {
  const notes = stays
    .flatMap(slices)
    .flatMap((stay, note) => stay.customers.map((customer) => ({ note, customer, notBeforeMs: stay.notBeforeMs })))
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

function slices({ customers, notBeforeMs }: Stay): Stay[] {
  const pieces: Stay[] = []
  for (let from = 0; from < customers.length; from += NOTE_CUSTOMERS)
    pieces.push({ customers: customers.slice(from, from + NOTE_CUSTOMERS), notBeforeMs })
  return pieces
}
