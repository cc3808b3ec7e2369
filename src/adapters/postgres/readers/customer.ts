import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { assert } from '../../../core/shared/assert.ts'
import { idAfter, pageLimit, pageOf } from '../../../ports/page.ts'
import type { Customer, Readers } from '../../../ports/readers.ts'
import { decodeHold } from '../codec/hold.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { decodeState } from '../codec/state.ts'
import { inTransaction } from '../in-transaction.ts'
import { decodeGrant, GRANT_COLUMNS, type GrantRow } from '../codec/ledger.ts'
import { decodeHead, HEAD_COLUMNS, type HeadRow } from '../ledger/head.ts'

interface CustomerRow {
  id: string
  external_id: string | null
  name: string
  kind: Customer['kind']
  created_at: Date
  doc: string
}

const CUSTOMER_COLUMNS = 'c.id, c.external_id, c.name, c.kind, c.created_at, s.doc'

const decodeCustomer = (row: CustomerRow): Customer => ({
  id: fromUuid('cus', row.id),
  externalId: row.external_id,
  name: row.name,
  kind: row.kind,
  createdAtMs: row.created_at.getTime(),
})

const SHOWN_HOLDS = 200
/** Grants shown: those with a balance first, then the newest. */
const SHOWN_GRANTS = 500
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** State, ledger and holds of one instant: figures on a page agree with each other and with the gate. */
export function customerReader(pool: Pool): Readers['customer'] {
  return async (id) => {
    if (!isId(id, 'cus')) return null
    return inTransaction(
      pool,
      async (client) => {
        const customer = [toUuid(id)]
        const [own, heads, grants, holds, total] = [
          await client.query<CustomerRow>({
            name: 'read_customer',
            text: `SELECT ${CUSTOMER_COLUMNS} FROM customer AS c JOIN customer_state AS s ON s.customer_id = c.id WHERE c.id = $1`,
            values: customer,
          }),
          await client.query<HeadRow>({
            name: 'read_head',
            text: `SELECT ${HEAD_COLUMNS} FROM ledger_head WHERE customer_id = $1`,
            values: customer,
          }),
          await client.query<GrantRow>({
            name: 'read_grants',
            text: `SELECT ${GRANT_COLUMNS} FROM grants WHERE customer_id = $1 ORDER BY open DESC, id DESC LIMIT ${SHOWN_GRANTS}`,
            values: customer,
          }),
          await client.query<{ id: string; doc: string }>({
            name: 'read_open_holds',
            text: `SELECT id, doc FROM hold WHERE customer_id = $1 AND status = 'open' ORDER BY expires_at, id LIMIT ${SHOWN_HOLDS}`,
            values: customer,
          }),
          await client.query<{ count: string }>({
            name: 'read_open_holds_total',
            text: `SELECT count(*) FROM hold WHERE customer_id = $1 AND status = 'open'`,
            values: customer,
          }),
        ]
        const [row, head] = [own.rows[0], heads.rows[0]]
        if (row === undefined) return null
        assert(head !== undefined, 'every customer has a ledger head')
        return {
          customer: decodeCustomer(row),
          state: decodeState(id, row.doc),
          head: decodeHead(head),
          grants: grants.rows.map(decodeGrant),
          openHolds: holds.rows.map((hold) => decodeHold(id, fromUuid('hold', hold.id), hold.doc)),
          openHoldsTotal: Number(total.rows[0]?.count ?? 0),
        }
      },
      SNAPSHOT,
    )
  }
}

/** `search` is a whole id, or a part of the external id or the name, in any case. */
export function customersReader(pool: Pool): Readers['customers'] {
  return async ({ cursor, limit, search }) => {
    const after = idAfter('customers', 'cus', cursor)
    const bound = pageLimit(limit)
    const { rows } = await pool.query<CustomerRow>({
      name: 'read_customers',
      text: `SELECT ${CUSTOMER_COLUMNS} FROM customer AS c JOIN customer_state AS s ON s.customer_id = c.id
        WHERE ($1::uuid IS NULL OR c.id < $1) AND ($2::text IS NULL OR c.external_id ILIKE $2 OR c.name ILIKE $2 OR c.id = $3)
        ORDER BY c.id DESC LIMIT $4`,
      values: [
        after && toUuid(after),
        search && `%${search.replace(/[\\%_]/g, '\\$&')}%`,
        search !== null && isId(search, 'cus') ? toUuid(search) : null,
        bound + 1,
      ],
    })
    const found = rows.map((row) => {
      const customer = decodeCustomer(row)
      return { ...customer, tier: decodeState(customer.id, row.doc).profile.tier }
    })
    return pageOf('customers', found, bound, (customer) => customer.id)
  }
}
