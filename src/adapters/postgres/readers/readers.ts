import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import type { RenderAnswer } from '../../../ports/customer-state.ts'
import type { Readers } from '../../../ports/readers.ts'
import { answering } from '../answering.ts'
import { toUuid } from '../codec/ids.ts'
import { decodeGrant, GRANT_COLUMNS, type GrantRow } from '../codec/ledger.ts'
import { customerReader, customersReader } from './customer.ts'
import { decisionReader, decisionsReader, tallyWriter } from './decision.ts'
import { balanceUpdatesReader, holdReader, monetizationEventsReader, usageEventsReader } from './usage.ts'

/** Reads beside the request path, on a pool of their own: a slow page never takes a lane's connection. */
export function postgresReaders(pool: Pool, render: RenderAnswer | null = null): Readers {
  return answering({
    customer: customerReader(pool),
    customers: customersReader(pool),
    decision: decisionReader(pool, render),
    decisions: decisionsReader(pool, render),
    hold: holdReader(pool),
    usageEvents: usageEventsReader(pool),
    monetizationEvents: monetizationEventsReader(pool),
    balanceUpdates: balanceUpdatesReader(pool),
    async grant(id) {
      if (!isId(id, 'grt')) return null
      const { rows } = await pool.query<GrantRow>({
        name: 'read_grant',
        text: `SELECT ${GRANT_COLUMNS} FROM grants WHERE id = $1`,
        values: [toUuid(id)],
      })
      return rows[0] ? decodeGrant(rows[0]) : null
    },
    tally: tallyWriter(pool),
  } satisfies Readers)
}
