import pg from 'pg'
import type { BalanceUpdate, LedgerGrant, MonetizationEvent, UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { RenderAnswer } from '../../ports/customer-state.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import type { StoredReply, VerifyStore, VerifyView } from '../../ports/verify-store.ts'
import type { Transaction } from './audit-log.ts'
import { type AuditRow, decodeEntry } from './audit-log.ts'
import { answerOf } from './codec/answer.ts'
import { DECISION_COLUMNS, decodeDecision, type DecisionRow } from './codec/decision.ts'
import { decodeHold } from './codec/hold.ts'
import { fromUuid, fromUuidOrNull, toUuid, toUuidOrNull } from './codec/ids.ts'
import {
  BALANCE_UPDATE_COLUMNS,
  type BalanceUpdateRow,
  decodeBalanceUpdate,
  decodeGrant,
  GRANT_COLUMNS,
  type GrantRow,
} from './codec/ledger.ts'
import { decodeState } from './codec/state.ts'
import { decodeUsageEvent, USAGE_EVENT_COLUMNS, type UsageEventRow } from './codec/usage-event.ts'
import { inTransaction } from './in-transaction.ts'
import { decodeHead, HEAD_COLUMNS, type HeadRow } from './ledger/head.ts'
import {
  decodeMonetizationEvent,
  MONETIZATION_EVENT_COLUMNS,
  type MonetizationEventRow,
} from './ledger/monetization-event.ts'
import { findOrphans } from './verify-orphans.ts'

/** One connection whose statements may take minutes: a whole store is read in one transaction. */
export function verifyPool(url: string): pg.Pool {
  const options =
    '-c role=spillway_app -c timezone=UTC -c jit=off -c statement_timeout=600000 -c idle_in_transaction_session_timeout=600000'
  const pool = new pg.Pool({ connectionString: url, max: 1, options, connectionTimeoutMillis: 5_000, keepAlive: true })
  pool.on('error', () => {}) // a connection that breaks while idle is replaced when it is next asked for
  return pool
}

export function postgresVerifyStore(pool: pg.Pool, render: RenderAnswer | null = null): VerifyStore {
  return {
    read: (work) =>
      inTransaction(pool, (client) => work(viewOf(client, render)), 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
  }
}

const FIRST_UUID = '00000000-0000-0000-0000-000000000000'
const afterUuid = (id: string | null): string => (id === null ? FIRST_UUID : toUuid(id))

function viewOf(client: Transaction, render: RenderAnswer | null): VerifyView {
  const unreadable: string[] = []

  /** A row that cannot be read is reported with the orphans and passed over: it must not hide what else is wrong. */
  function readable<Row, T>(rows: readonly Row[], decode: (row: Row) => T, name: (row: Row) => string): T[] {
    return rows.flatMap((row) => {
      try {
        return [decode(row)]
      } catch (error) {
        unreadable.push(`${name(row)} (${error instanceof Error ? error.message : String(error)})`)
        return []
      }
    })
  }

  return {
    async customers(after, limit) {
      const { rows } = await client.query<{ id: string }>({
        name: 'verify_customers',
        text: 'SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT $2',
        values: [afterUuid(after), limit],
      })
      return rows.map((row) => fromUuid('cus', row.id))
    },

    async standing(customer) {
      const { rows } = await client.query<HeadRow & { doc: string; dead: string[]; rules: string[]; dues: Date[] }>({
        name: 'verify_standing',
        text: `SELECT s.doc, h.*, ARRAY(SELECT usage_event_id::text FROM dead_letter WHERE customer_id = $1) AS dead,
            ARRAY(SELECT rule FROM refresh_due WHERE customer_id = $1 ORDER BY rule) AS rules,
            ARRAY(SELECT due_at FROM refresh_due WHERE customer_id = $1 ORDER BY rule) AS dues
          FROM customer_state AS s JOIN (SELECT ${HEAD_COLUMNS} FROM ledger_head) AS h USING (customer_id) WHERE customer_id = $1`,
        values: [toUuid(customer)],
      })
      const standing = readable(
        rows,
        (row) => ({
          state: decodeState(customer, row.doc),
          head: decodeHead(row),
          deadLetters: row.dead.map((uuid) => fromUuid('use', uuid)),
          refreshes: row.rules.map((rule, i) => ({ rule, dueAtMs: row.dues[i]?.getTime() ?? 0 })),
        }),
        () => `state of ${customer}`,
      )
      return standing[0] ?? null
    },

    async grants(customer, after, limit) {
      const { rows } = await client.query<GrantRow>({
        name: 'verify_grants',
        text: `SELECT ${GRANT_COLUMNS} FROM grants WHERE customer_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
        values: [toUuid(customer), afterUuid(after), limit],
      })
      return rows.map(decodeGrant) satisfies LedgerGrant[]
    },

    async holds(customer, after, limit) {
      const { rows } = await client.query<{ id: string; doc: string }>({
        name: 'verify_holds',
        text: 'SELECT id, doc FROM hold WHERE customer_id = $1 AND id > $2 ORDER BY id LIMIT $3',
        values: [toUuid(customer), afterUuid(after), limit],
      })
      return readable(
        rows,
        (row) => decodeHold(customer, fromUuid('hold', row.id), row.doc),
        (row) => fromUuid('hold', row.id),
      )
    },

    async usageEvents(customer, afterVersion, limit) {
      const { rows } = await client.query<UsageEventRow>({
        name: 'verify_usage_events',
        text: `SELECT ${USAGE_EVENT_COLUMNS} FROM usage_event WHERE customer_id = $1 AND version > $2 ORDER BY version LIMIT $3`,
        values: [toUuid(customer), afterVersion, limit],
      })
      return readable(rows, decodeUsageEvent, (row) => fromUuid('use', row.id)) satisfies UsageEvent[]
    },

    async monetizationEvents(customer, afterVersion, limit) {
      const { rows } = await client.query<MonetizationEventRow>({
        name: 'verify_monetization_events',
        text: `SELECT ${MONETIZATION_EVENT_COLUMNS} FROM monetization_event WHERE customer_id = $1 AND version > $2
          ORDER BY version, usage_event_id LIMIT $3`,
        values: [toUuid(customer), afterVersion, limit],
      })
      return readable(rows, decodeMonetizationEvent, (row) => fromUuid('mon', row.id)) satisfies MonetizationEvent[]
    },

    async balanceUpdates(customer, afterSeq, limit) {
      const { rows } = await client.query<BalanceUpdateRow>({
        name: 'verify_balance_updates',
        text: `SELECT ${BALANCE_UPDATE_COLUMNS} FROM balance_update WHERE customer_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
        values: [toUuid(customer), afterSeq, limit],
      })
      return readable(rows, decodeBalanceUpdate, (row) => fromUuid('bal', row.id)) satisfies BalanceUpdate[]
    },

    async balanceUpdate(customer, id) {
      const { rows } = await client.query<BalanceUpdateRow>({
        name: 'verify_balance_update',
        text: `SELECT ${BALANCE_UPDATE_COLUMNS} FROM balance_update WHERE customer_id = $1 AND id = $2`,
        values: [toUuid(customer), toUuid(id)],
      })
      return readable(rows, decodeBalanceUpdate, (row) => fromUuid('bal', row.id))[0] ?? null
    },

    async decisions(customer, after, limit) {
      const { rows } = await client.query<DecisionRow & { coalesced: string }>({
        name: 'verify_decisions',
        text: `SELECT ${DECISION_COLUMNS},
            coalesce((SELECT count FROM denial_tally AS t WHERE t.customer_id = d.customer_id AND t.decision_id = d.id), 0) AS coalesced
          FROM decision AS d WHERE customer_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
        values: [toUuid(customer), afterUuid(after), limit],
      })
      const decode = (row: (typeof rows)[number]): StoredDecision => {
        const record = decodeDecision(row)
        const answer = answerOf(row.answer, record.decision, render)
        const { status, recorded_at } = row
        return { ...record, recordedAtMs: recorded_at.getTime(), answer, status, coalesced: Number(row.coalesced) }
      }
      return readable(rows, decode, (row) => fromUuid('dec', row.id))
    },

    async replies(customer, after, limit) {
      const { rows } = await client.query<ReplyRow>({
        name: 'verify_replies',
        text: `SELECT i.operation, i.key, i.fingerprint, i.status, i.body, i.decision_id, d.customer_id AS answered_of, d.status AS answered_status
          FROM idempotency_entry AS i
          LEFT JOIN LATERAL (SELECT customer_id, status FROM decision WHERE customer_id = i.customer_id AND id = i.decision_id LIMIT 1) AS d ON true
          WHERE i.customer_id = $1 AND i.status <> 0 AND (i.operation, i.key) > ($2, $3) ORDER BY i.operation, i.key LIMIT $4`,
        values: [toUuid(customer), after?.operation ?? '', after?.key ?? '', limit],
      })
      return rows.map(decodeReply)
    },

    async orphans(customer: CustomerId | null) {
      const orphans = await findOrphans(client, toUuidOrNull(customer))
      return [...orphans, { what: 'unreadable', count: unreadable.length, sample: unreadable.slice(0, 5) }]
    },

    async audit(afterSeq, limit) {
      const { rows } = await client.query<AuditRow>({
        name: 'verify_audit',
        text: 'SELECT * FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2',
        values: [afterSeq, limit],
      })
      return rows.map(decodeEntry)
    },

    async auditHead() {
      const { rows } = await client.query<{ seq: string; hash: string }>(
        'SELECT seq::text, hash FROM audit_head WHERE id = 1',
      )
      return { seq: Number(rows[0]?.seq ?? 0), hash: rows[0]?.hash ?? '' }
    },
  }
}

interface ReplyRow {
  operation: string
  key: string
  fingerprint: string
  status: number
  body: string | null
  decision_id: string | null
  answered_of: string | null
  answered_status: number | null
}

const decodeReply = (row: ReplyRow): StoredReply => ({
  operation: row.operation,
  key: row.key,
  fingerprint: row.fingerprint.replaceAll('-', ''),
  status: row.status,
  body: row.body,
  decision: fromUuidOrNull('dec', row.decision_id),
  answered:
    row.answered_of === null || row.answered_status === null
      ? null
      : { customer: fromUuid('cus', row.answered_of), status: row.answered_status },
})
