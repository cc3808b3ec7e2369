import type { Pool } from 'pg'
import { type Purchase, statusOf } from '../../core/purchase/purchase.ts'
import { assert } from '../../core/shared/assert.ts'
import { isId } from '../../core/shared/ids.ts'
import { idAfter, pageLimit, pageOf } from '../../ports/page.ts'
import type { PurchaseStore } from '../../ports/purchase-store.ts'
import { answering } from './answering.ts'
import { appendAudit } from './audit-log.ts'
import { toUuid, toUuidOrNull } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'
import { decodePurchase, decodeTopUp, encode, type PurchaseRow, type TopUpRow } from './purchase-store-rows.ts'

const COLUMNS = 'id, customer_id, intent, origin, buyer, pack, policy_version, keep_method, facts, version, created_at'
const LOOK_LIMIT = 1_000
const date = (atMs: number | null): Date | null => (atMs === null ? null : new Date(atMs))

export function postgresPurchaseStore(pool: Pool): PurchaseStore {
  async function one(text: string, value: string): Promise<Purchase | null> {
    const { rows } = await pool.query<PurchaseRow>(`SELECT ${COLUMNS} FROM purchase WHERE ${text}`, [value])
    return rows[0] ? decodePurchase(rows[0]) : null
  }

  return answering({
    async start(purchase, dueAtMs, audit) {
      return inTransaction(pool, async (client) => {
        const { pack } = purchase
        const inserted = await client.query({
          text: `INSERT INTO purchase (${COLUMNS}, credits, total_minor, currency, status, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (customer_id, intent) DO NOTHING`,
          values: [
            toUuid(purchase.id),
            toUuid(purchase.customer),
            purchase.intent,
            purchase.origin,
            encode(purchase.buyer),
            encode(pack),
            purchase.policyVersion,
            purchase.keepMethod,
            encode(purchase.facts),
            purchase.version,
            new Date(purchase.createdAtMs),
            pack.credits,
            pack.totalMinor,
            pack.currency,
            statusOf(purchase),
            new Date(dueAtMs),
          ],
        })
        if (inserted.rowCount === 1) {
          await appendAudit(client, audit)
          return { kind: 'started', purchase } as const
        }
        const { rows } = await client.query<PurchaseRow>(
          `SELECT ${COLUMNS} FROM purchase WHERE customer_id = $1 AND intent = $2`,
          [toUuid(purchase.customer), purchase.intent],
        )
        assert(rows[0] !== undefined, 'an intent that was taken has a purchase')
        return { kind: 'known', purchase: decodePurchase(rows[0]) } as const
      })
    },

    async read(id) {
      return isId(id, 'pur') ? one('id = $1', toUuid(id)) : null
    },

    async byPayment(payment) {
      return one('payment = $1', payment)
    },

    async list({ customer, cursor, limit }) {
      const list = `purchases/${customer}`
      const after = toUuidOrNull(idAfter(list, 'pur', cursor))
      const most = pageLimit(limit)
      const { rows } = await pool.query<PurchaseRow>(
        `SELECT ${COLUMNS} FROM purchase WHERE customer_id = $1 AND ($2::uuid IS NULL OR id < $2)
          ORDER BY id DESC LIMIT $3`,
        [toUuid(customer), after, most + 1],
      )
      return pageOf(list, rows.map(decodePurchase), most, ({ id }) => id)
    },

    async change({ purchase, event, dueAtMs, audit }) {
      return inTransaction(pool, async (client) => {
        const id = toUuid(purchase.id)
        const { rowCount } = await client.query({
          text: `UPDATE purchase SET facts = $3, status = $4, payment = $5, version = $2, due_at = $6
            WHERE id = $1 AND version = $2 - 1
              AND NOT EXISTS (SELECT FROM payment_event WHERE processor = $7 AND payment_event.id = $8)`,
          values: [
            id,
            purchase.version,
            encode(purchase.facts),
            statusOf(purchase),
            purchase.facts.paid?.payment ?? null,
            date(dueAtMs),
            event?.processor ?? null,
            event?.id ?? null,
          ],
        })
        if (rowCount === 0) {
          const known = await client.query('SELECT FROM payment_event WHERE processor = $1 AND id = $2', [
            event?.processor ?? null,
            event?.id ?? null,
          ])
          return known.rowCount === 0 ? ('stale' as const) : ('known_event' as const)
        }
        if (event !== null) {
          await client.query(
            'INSERT INTO payment_event (processor, id, purchase_id, happened_at) VALUES ($1, $2, $3, $4)',
            [event.processor, event.id, id, new Date(event.atMs)],
          )
        }
        if (audit !== null) await appendAudit(client, audit)
        return 'changed' as const
      })
    },

    async due(nowMs, limit) {
      const { rows } = await pool.query<PurchaseRow>(
        `SELECT ${COLUMNS} FROM purchase WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2`,
        [new Date(nowMs), Math.min(limit, LOOK_LIMIT)],
      )
      return rows.map(decodePurchase)
    },

    async looked(id, dueAtMs) {
      await pool.query('UPDATE purchase SET due_at = $2 WHERE id = $1', [toUuid(id), date(dueAtMs)])
    },

    async topUp(customer) {
      const { rows } = await pool.query<TopUpRow>('SELECT settings FROM auto_top_up WHERE customer_id = $1', [
        toUuid(customer),
      ])
      return rows[0] ? decodeTopUp(rows[0]) : null
    },

    async putTopUp(next, audit) {
      return inTransaction(pool, async (client) => {
        const values = [toUuid(next.customer), next.enabled, encode(next), next.version]
        const { rowCount } = await client.query(
          next.version === 1
            ? `INSERT INTO auto_top_up (customer_id, enabled, settings, version) VALUES ($1, $2, $3, $4)
                ON CONFLICT (customer_id) DO NOTHING`
            : `UPDATE auto_top_up SET enabled = $2, settings = $3, version = $4::integer
                WHERE customer_id = $1 AND version = $4::integer - 1`,
          values,
        )
        if (rowCount === 0) return 'stale' as const
        if (audit !== null) await appendAudit(client, audit)
        return 'changed' as const
      })
    },

    async topUpsOn(after, limit) {
      const { rows } = await pool.query<TopUpRow>(
        `SELECT settings FROM auto_top_up WHERE enabled AND ($1::uuid IS NULL OR customer_id > $1)
          ORDER BY customer_id LIMIT $2`,
        [toUuidOrNull(after), Math.min(limit, LOOK_LIMIT)],
      )
      return rows.map(decodeTopUp)
    },
  } satisfies PurchaseStore)
}
