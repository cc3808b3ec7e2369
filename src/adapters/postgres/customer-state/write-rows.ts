import type pg from 'pg'
import type { BalanceUpdate, LedgerGrant } from '../../../core/settlement/events.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Effects } from '../../../core/waterfall/effects.ts'
import type { RefreshDue } from '../../../ports/customer-state.ts'
import { assert } from '../../../core/shared/assert.ts'
import { int8Array, textArray, timestampArray, uuidArray } from '../arrays.ts'
import { toUuid } from '../codec/ids.ts'

type Ledger = NonNullable<Effects['ledger']>

/** Writes a ledger change whose head row the transaction holds. */
export async function writeLedger(
  client: pg.ClientBase,
  { head, updates, grants, monetizationEvents = [] }: Ledger,
): Promise<void> {
  assert(monetizationEvents.length === 0, "monetization events are the settler's to write")
  for (const grant of grants) await writeGrant(client, grant)
  if (updates.length > 0) await insertBalanceUpdates(client, updates)
  await client.query({
    name: 'ledger_head_write',
    text: `INSERT INTO ledger_head (customer_id, seq, hash, settled_version) VALUES ($1, $2, $3, $4)
      ON CONFLICT (customer_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, settled_version = excluded.settled_version`,
    values: [toUuid(head.customer), head.seq, head.hash, head.settledVersion],
  })
}

export async function writeGrant(client: pg.ClientBase, g: LedgerGrant): Promise<void> {
  await client.query({
    name: 'grant_write',
    text: `INSERT INTO grants (id, customer_id, kind, priority, amount, balance, spent, expired, revoked,
        effective_at, expires_at, created_at, features, source, reason)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
      ON CONFLICT (id, customer_id) DO UPDATE SET amount = excluded.amount, balance = excluded.balance,
        spent = excluded.spent, expired = excluded.expired, revoked = excluded.revoked, expires_at = excluded.expires_at`,
    values: [
      toUuid(g.id),
      toUuid(g.customer),
      g.kind,
      g.priority,
      g.amount,
      g.balance,
      g.spent,
      g.expired,
      g.revoked,
      new Date(g.effectiveAtMs),
      g.expiresAtMs === null ? null : new Date(g.expiresAtMs),
      new Date(g.createdAtMs),
      g.features,
      g.source,
      g.reason,
    ],
  })
}

/** Adds balance updates, all of them at once; of one customer or of many. */
export async function insertBalanceUpdates(client: pg.ClientBase, updates: readonly BalanceUpdate[]): Promise<void> {
  await client.query({
    name: 'balance_updates_insert',
    text: `INSERT INTO balance_update (customer_id, seq, id, grant_id, delta, balance_before, balance_after, cause,
        monetization_event_id, usage_event_id, corrects, reason, effective_at, recorded_at, previous_hash, hash)
      SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],
        $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[], $16::text[])`,
    values: [
      uuidArray(updates, (u) => u.customer),
      int8Array(updates, (u) => u.seq),
      uuidArray(updates, (u) => u.id),
      uuidArray(updates, (u) => u.grant),
      int8Array(updates, (u) => u.delta),
      int8Array(updates, (u) => u.balanceBefore),
      int8Array(updates, (u) => u.balanceAfter),
      textArray(updates, (u) => u.cause.kind),
      uuidArray(updates, (u) => (u.cause.kind === 'charge' ? u.cause.monetizationEvent : null)),
      uuidArray(updates, (u) => (u.cause.kind === 'debt' ? u.cause.usageEvent : null)),
      uuidArray(updates, (u) => (u.cause.kind === 'correction' ? u.cause.corrects : null)),
      textArray(updates, (u) => ('reason' in u.cause ? u.cause.reason : null)),
      timestampArray(updates, (u) => u.effectiveAtMs),
      timestampArray(updates, (u) => u.recordedAtMs),
      textArray(updates, (u) => u.previousHash),
      textArray(updates, (u) => u.hash),
    ],
  })
}

/** Replaces the customer's whole refresh schedule. */
export async function writeRefreshes(
  client: pg.ClientBase,
  customer: CustomerId,
  refreshes: readonly RefreshDue[],
): Promise<void> {
  await client.query({
    name: 'refreshes_clear',
    text: 'DELETE FROM refresh_due WHERE customer_id = $1',
    values: [toUuid(customer)],
  })
  if (refreshes.length === 0) return
  await client.query({
    name: 'refreshes_write',
    text: 'INSERT INTO refresh_due (customer_id, rule, due_at) SELECT $1, * FROM unnest($2::text[], $3::timestamptz[])',
    values: [
      toUuid(customer),
      textArray(refreshes, (due) => due.rule),
      timestampArray(refreshes, (due) => due.dueAtMs),
    ],
  })
}

export async function writeCustomer(client: pg.ClientBase, customer: CustomerId, name: string): Promise<void> {
  await client.query({
    name: 'customer_rename',
    text: 'UPDATE customer SET name = $2 WHERE id = $1',
    values: [toUuid(customer), name],
  })
}
