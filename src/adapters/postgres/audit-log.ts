import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { chainAudit } from '../../core/ledger/audit-chain.ts'
import { assert } from '../../core/shared/assert.ts'
import type { Actor, AuditEntry, AuditEntryDraft, AuditLog } from '../../ports/audit-log.ts'
import { answering } from './answering.ts'
import { fromUuid, fromUuidOrNull, toUuid, toUuidOrNull } from './codec/ids.ts'

/** What is needed of a connection: any client that is inside a transaction. */
export type Transaction = Pick<PoolClient, 'query'>

/**
 * Chains an entry inside the caller's transaction. It locks the one head row until commit, so call it last, after every
 * customer row is locked: then no two transactions wait for each other in a circle.
 */
export async function appendAudit(transaction: Transaction, draft: AuditEntryDraft): Promise<void> {
  const locked = await transaction.query<{ seq: string; hash: string }>({
    name: 'audit_head_lock',
    text: 'SELECT seq::text, hash FROM audit_head WHERE id = 1 FOR UPDATE',
  })
  const head = locked.rows[0]
  assert(head !== undefined, 'the audit chain has a head')
  const entry = chainAudit({ seq: Number(head.seq), hash: head.hash }, draft, sha256)
  await transaction.query({
    name: 'audit_append',
    text: `WITH entry AS (
        INSERT INTO audit_entry (seq, id, actor, action, target, customer_id, reason, detail, recorded_at, previous_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING seq, hash)
      UPDATE audit_head SET seq = entry.seq, hash = entry.hash FROM entry WHERE audit_head.id = 1`,
    values: [
      entry.seq,
      toUuid(entry.id),
      JSON.stringify(entry.actor),
      entry.action,
      entry.target,
      toUuidOrNull(entry.customer),
      entry.reason,
      JSON.stringify(entry.detail),
      new Date(entry.atMs),
      entry.previousHash,
      entry.hash,
    ],
  })
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface AuditRow {
  seq: string
  id: string
  actor: Actor
  action: string
  target: string
  customer_id: string | null
  reason: string | null
  detail: Record<string, unknown>
  recorded_at: Date
  previous_hash: string
  hash: string
}

export function decodeEntry(row: AuditRow): AuditEntry {
  return {
    id: fromUuid('aud', row.id),
    seq: Number(row.seq),
    actor: row.actor,
    action: row.action,
    target: row.target,
    customer: fromUuidOrNull('cus', row.customer_id),
    reason: row.reason,
    detail: row.detail,
    atMs: row.recorded_at.getTime(),
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}

const PAGE_LIMIT = 500

export function postgresAuditLog(pool: Pool): AuditLog {
  return answering({
    async page(after, limit) {
      const { rows } = await pool.query<AuditRow>({
        name: 'audit_page',
        text: 'SELECT * FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2',
        values: [after?.seq ?? 0, Math.min(limit, PAGE_LIMIT)],
      })
      return rows.map(decodeEntry)
    },
    async head() {
      const { rows } = await pool.query<{ seq: string; hash: string }>(
        'SELECT seq::text, hash FROM audit_head WHERE id = 1',
      )
      const head = rows[0]
      assert(head !== undefined, 'the audit chain has a head')
      return { seq: Number(head.seq), hash: head.hash }
    },
  } satisfies AuditLog)
}
