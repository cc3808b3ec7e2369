import type pg from 'pg'
import { emptyHead } from '../../../core/ledger/chain.ts'
import type { LedgerHead } from '../../../core/settlement/events.ts'
import type { CustomerId, GrantId } from '../../../core/shared/ids.ts'
import type { LedgerSnapshot } from '../../../core/waterfall/effects.ts'
import type { CustomerState } from '../../../core/waterfall/state.ts'
import { uuidArray } from '../arrays.ts'
import { decodeGrant, GRANT_COLUMNS, type GrantRow } from '../codec/ledger.ts'
import { toUuid } from '../codec/ids.ts'
import { decodeUsageEvent, USAGE_EVENT_COLUMNS, type UsageEventRow } from '../codec/usage-event.ts'

/** The ledger of a customer whose state row is locked already; locks its head until the transaction ends. */
export async function loadLedger(
  client: pg.ClientBase,
  state: CustomerState,
  named: readonly GrantId[],
): Promise<LedgerSnapshot> {
  const head = await lockHead(client, state.customer)
  const wanted = [...state.grants.map((grant) => grant.id), ...named]
  const grants = await client.query<GrantRow>({
    name: 'ledger_grants',
    text: `SELECT ${GRANT_COLUMNS} FROM grants WHERE customer_id = $1
      AND (balance > 0 OR expires_at IS NULL OR expires_at > $2 OR id = ANY ($3)) ORDER BY id`,
    values: [toUuid(state.customer), new Date(state.atMs), uuidArray(wanted, (id) => id)],
  })
  // Whatever is not settled is at or after the least event that any due note names.
  const pending = await client.query<UsageEventRow>({
    name: 'ledger_pending',
    text: `SELECT ${USAGE_EVENT_COLUMNS} FROM usage_event WHERE customer_id = $1 AND version > $2
      AND id >= (SELECT min(first_event_id::text)::uuid FROM due_note) ORDER BY version`,
    values: [toUuid(state.customer), head.settledVersion],
  })
  return {
    head,
    grants: new Map(grants.rows.map(decodeGrant).map((grant) => [grant.id, grant])),
    pending: pending.rows.map(decodeUsageEvent),
  }
}

async function lockHead(client: pg.ClientBase, customer: CustomerId): Promise<LedgerHead> {
  const { rows } = await client.query<{ seq: string; hash: string; settled_version: string }>({
    name: 'ledger_head_lock',
    text: 'SELECT seq, hash, settled_version FROM ledger_head WHERE customer_id = $1 FOR UPDATE',
    values: [toUuid(customer)],
  })
  const [row] = rows
  if (row === undefined) return emptyHead(customer)
  return { customer, seq: Number(row.seq), hash: row.hash, settledVersion: Number(row.settled_version) }
}
