import type { Pool } from 'pg'
import { isId } from '../../core/shared/ids.ts'
import { WEBHOOK_LOG_LIMIT, WEBHOOKS_PER_CUSTOMER, type WebhookStore } from '../../ports/webhook-store.ts'
import { answering } from './answering.ts'
import { appendAudit, type Transaction } from './audit-log.ts'
import { toUuid, toUuidOrNull } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'
import { decodeEndpoint, decodeMessage, type EndpointRow, type MessageRow } from './webhook-rows.ts'

/** What waits for an endpoint that is off never leaves. */
const drop = (client: Transaction, endpoint: string) =>
  client.query({
    text: `UPDATE webhook_message SET status = 'failed', last_error = 'the endpoint was switched off'
      WHERE endpoint_id = $1 AND status = 'queued'`,
    values: [endpoint],
  })

/** Due messages that a claim looks through: whoever has more waiting is left out while some of them are on their way. */
const LOOKED_AT = 1_000

export function postgresWebhookStore(pool: Pool): WebhookStore {
  return answering({
    async add(endpoint, audit) {
      return inTransaction(pool, async (client) => {
        const customer = toUuid(endpoint.customer)
        // counts under a lock of the customer's own, so that two who add at once do not both find room
        await client.query({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 13))', values: [customer] })
        const { rows } = await client.query<{ count: string }>({
          text: 'SELECT count(*) FROM webhook_endpoint WHERE customer_id = $1 AND removed_at IS NULL',
          values: [customer],
        })
        if (Number(rows[0]?.count) >= WEBHOOKS_PER_CUSTOMER) return 'too_many'
        await client.query({
          text: `INSERT INTO webhook_endpoint (id, customer_id, url, events, sealed_secret, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)`,
          values: [
            toUuid(endpoint.id),
            customer,
            endpoint.url,
            endpoint.events,
            endpoint.sealedSecret,
            new Date(endpoint.createdAtMs),
          ],
        })
        await appendAudit(client, audit)
        return 'added'
      })
    },

    async list(customer) {
      const { rows } = await pool.query<EndpointRow>({
        name: 'webhook_list',
        text: `SELECT * FROM webhook_endpoint WHERE customer_id = $1 AND removed_at IS NULL ORDER BY id DESC LIMIT $2`,
        values: [toUuid(customer), WEBHOOKS_PER_CUSTOMER],
      })
      return rows.map(decodeEndpoint)
    },

    async remove({ id, customer, atMs }, audit) {
      if (!isId(id, 'hook')) return false
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          text: 'UPDATE webhook_endpoint SET removed_at = $3 WHERE id = $1 AND customer_id = $2 AND removed_at IS NULL',
          values: [toUuid(id), toUuid(customer), new Date(atMs)],
        })
        if (rowCount === 0) return false
        await drop(client, toUuid(id))
        await appendAudit(client, audit)
        return true
      })
    },

    async enable({ id, customer }, audit) {
      if (!isId(id, 'hook')) return false
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          text: `UPDATE webhook_endpoint SET disabled_at = NULL, failing_since = NULL
            WHERE id = $1 AND customer_id = $2 AND disabled_at IS NOT NULL AND removed_at IS NULL`,
          values: [toUuid(id), toUuid(customer)],
        })
        if (rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      })
    },

    async disable({ id, atMs }, audit) {
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          text: `UPDATE webhook_endpoint SET disabled_at = $2
            WHERE id = $1 AND disabled_at IS NULL AND removed_at IS NULL`,
          values: [toUuid(id), new Date(atMs)],
        })
        if (rowCount === 0) return false
        await drop(client, toUuid(id))
        await appendAudit(client, audit)
        return true
      })
    },

    async queue(messages) {
      if (messages.length === 0) return
      const rows = messages.map((one) => ({
        ...one,
        id: toUuid(one.id),
        endpoint: toUuid(one.endpoint),
        customer: toUuid(one.customer),
        at: new Date(one.queuedAtMs).toISOString(),
      }))
      await pool.query({
        name: 'webhook_queue',
        text: `INSERT INTO webhook_message (id, endpoint_id, customer_id, key, type, body, status, attempts, queued_at, next_attempt_at)
          SELECT (m->>'id')::uuid, (m->>'endpoint')::uuid, (m->>'customer')::uuid, m->>'key', m->>'type', m->>'body', 'queued', 0,
            (m->>'at')::timestamptz, (m->>'at')::timestamptz
          FROM json_array_elements($1::json) AS m ON CONFLICT (endpoint_id, key) DO NOTHING`,
        values: [JSON.stringify(rows)],
      })
    },

    async claim({ nowMs, untilMs, limit, perEndpoint, except }) {
      const { rows } = await pool.query<{ message: string; endpoint: string } & MessageRow>({
        name: 'webhook_claim',
        text: `WITH waiting AS (
            SELECT m.id, m.endpoint_id, m.next_attempt_at
            FROM webhook_message AS m JOIN webhook_endpoint AS e ON e.id = m.endpoint_id
            WHERE m.status = 'queued' AND m.next_attempt_at <= $1 AND e.disabled_at IS NULL AND e.removed_at IS NULL
              AND m.endpoint_id <> ALL ($4::uuid[])
            ORDER BY m.next_attempt_at, m.id LIMIT $6),
          placed AS (
            SELECT id, row_number() OVER (PARTITION BY endpoint_id ORDER BY next_attempt_at, id) AS place FROM waiting),
          due AS (
            SELECT m.id FROM webhook_message AS m JOIN placed ON placed.id = m.id
            WHERE placed.place <= $5 AND m.status = 'queued' AND m.next_attempt_at <= $1
            ORDER BY m.next_attempt_at, m.id LIMIT $3 FOR UPDATE OF m SKIP LOCKED)
          UPDATE webhook_message AS m SET attempts = m.attempts + 1, next_attempt_at = $2 FROM due
          WHERE m.id = due.id RETURNING m.*`,
        values: [new Date(nowMs), new Date(untilMs), limit, except.map(toUuid), perEndpoint, LOOKED_AT],
      })
      const endpoints = await pool.query<EndpointRow>({
        name: 'webhook_endpoints_by_id',
        text: 'SELECT * FROM webhook_endpoint WHERE id = ANY ($1::uuid[])',
        values: [[...new Set(rows.map((row) => row.endpoint_id))]],
      })
      const byId = new Map(endpoints.rows.map((row) => [row.id, decodeEndpoint(row)]))
      return rows
        .map((row) => ({ message: decodeMessage(row), endpoint: byId.get(row.endpoint_id) }))
        .filter(
          (one): one is typeof one & { endpoint: NonNullable<(typeof one)['endpoint']> } => one.endpoint !== undefined,
        )
        .toSorted((a, b) => (a.message.id < b.message.id ? -1 : 1))
    },

    async conclude({ id, attempts }, { atMs, httpStatus, error, outcome }) {
      return inTransaction(pool, async (client) => {
        const concluded = await client.query<{ endpoint_id: string }>({
          text: `UPDATE webhook_message SET status = $3, next_attempt_at = coalesce($4, next_attempt_at), last_status = $5,
              last_error = $6, last_attempt_at = $7
            WHERE id = $1 AND attempts = $2 AND status = 'queued' RETURNING endpoint_id`,
          values: [
            toUuid(id),
            attempts,
            outcome.kind === 'again' ? 'queued' : outcome.kind,
            outcome.kind === 'again' ? new Date(outcome.nextAttemptAtMs) : null,
            httpStatus,
            error,
            new Date(atMs),
          ],
        })
        const message = concluded.rows[0]
        if (message === undefined) return false
        const failing = outcome.kind === 'delivered' ? null : new Date(atMs)
        const { rows } = await client.query<{ failing_since: Date | null }>({
          text: `UPDATE webhook_endpoint
            SET failing_since = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE coalesce(failing_since, $2) END
            WHERE id = $1 RETURNING failing_since`,
          values: [message.endpoint_id, failing],
        })
        return { failingSinceMs: rows[0]?.failing_since?.getTime() ?? null }
      })
    },

    async log({ customer, endpoint, limit }) {
      if (endpoint !== null && !isId(endpoint, 'hook')) return []
      const { rows } = await pool.query<MessageRow>({
        name: 'webhook_log',
        text: `SELECT * FROM webhook_message WHERE customer_id = $1 AND ($2::uuid IS NULL OR endpoint_id = $2)
          ORDER BY id DESC LIMIT $3`,
        values: [toUuid(customer), toUuidOrNull(endpoint), Math.min(limit, WEBHOOK_LOG_LIMIT)],
      })
      return rows.map(decodeMessage)
    },

    async replay({ id, customer, atMs }) {
      if (!isId(id, 'msg')) return false
      const { rowCount } = await pool.query({
        name: 'webhook_replay',
        text: `UPDATE webhook_message AS m SET status = 'queued', attempts = 0, next_attempt_at = $3 FROM webhook_endpoint AS e
          WHERE m.id = $1 AND m.customer_id = $2 AND m.status <> 'queued' AND e.id = m.endpoint_id
            AND e.disabled_at IS NULL AND e.removed_at IS NULL`,
        values: [toUuid(id), toUuid(customer), new Date(atMs)],
      })
      return rowCount === 1
    },

    async purge(beforeMs, limit) {
      const { rowCount } = await pool.query({
        name: 'webhook_purge',
        text: `DELETE FROM webhook_message WHERE id IN (
          SELECT id FROM webhook_message WHERE status <> 'queued' AND queued_at < $1 LIMIT $2)`,
        values: [new Date(beforeMs), limit],
      })
      return rowCount ?? 0
    },
  } satisfies WebhookStore)
}
