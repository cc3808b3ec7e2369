import type { Pool } from 'pg'
import type { Channel, Threshold } from '../../core/alert/alert.ts'
import { ALERT_LIST_LIMIT, type Alert, type AlertStore } from '../../ports/alert-store.ts'
import { answering } from './answering.ts'
import { appendAudit } from './audit-log.ts'
import { fromUuid, toUuid } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'

interface AlertRow {
  id: string
  customer_id: string
  kind: Alert['subject']['kind']
  subject: string
  title: string
  period: string
  threshold: Threshold
  used: string
  limit_amount: string
  resets_at: Date | null
  channels: Channel[]
  crossed_at: Date
  read_at: Date | null
}

const decode = (row: AlertRow): Alert => ({
  id: fromUuid('alt', row.id),
  customer: fromUuid('cus', row.customer_id),
  subject: {
    kind: row.kind,
    id: row.subject,
    title: row.title,
    period: row.period,
    used: BigInt(row.used),
    limit: BigInt(row.limit_amount),
    resetsAtMs: row.resets_at?.getTime() ?? null,
  },
  threshold: row.threshold,
  channels: row.channels,
  crossedAtMs: row.crossed_at.getTime(),
  readAtMs: row.read_at?.getTime() ?? null,
})

export function postgresAlertStore(pool: Pool): AlertStore {
  return answering({
    async record(alerts) {
      if (alerts.length === 0) return []
      const { rows } = await pool.query<{ id: string }>({
        name: 'alert_record',
        text: `INSERT INTO alert (id, customer_id, kind, subject, title, period, threshold, used, limit_amount, resets_at, channels, crossed_at)
          SELECT (a->>'id')::uuid, (a->>'customer')::uuid, a->>'kind', a->>'subject', a->>'title', a->>'period',
            (a->>'threshold')::smallint, (a->>'used')::bigint, (a->>'limit')::bigint, (a->>'resetsAt')::timestamptz,
            ARRAY(SELECT json_array_elements_text(a->'channels')), (a->>'crossedAt')::timestamptz
          FROM json_array_elements($1::json) AS a ON CONFLICT DO NOTHING RETURNING id`,
        values: [JSON.stringify(alerts.map(encode))],
      })
      const news = new Set(rows.map(({ id }) => fromUuid('alt', id)))
      return alerts.filter(({ id }) => news.has(id))
    },

    async list(customer, limit) {
      const { rows } = await pool.query<AlertRow>({
        name: 'alert_list',
        text: `SELECT * FROM alert WHERE customer_id = $1 AND 'portal' = ANY (channels) ORDER BY id DESC LIMIT $2`,
        values: [toUuid(customer), Math.min(limit, ALERT_LIST_LIMIT)],
      })
      return rows.map(decode)
    },

    async unread(customer) {
      const { rows } = await pool.query<{ count: string }>({
        name: 'alert_unread',
        text: `SELECT count(*) FROM (SELECT FROM alert WHERE customer_id = $1 AND read_at IS NULL AND 'portal' = ANY (channels)
          LIMIT $2) AS unread`,
        values: [toUuid(customer), ALERT_LIST_LIMIT],
      })
      return Number(rows[0]?.count ?? 0)
    },

    async markRead(customer, atMs) {
      await pool.query({
        name: 'alert_mark_read',
        text: 'UPDATE alert SET read_at = $2 WHERE customer_id = $1 AND read_at IS NULL',
        values: [toUuid(customer), new Date(atMs)],
      })
    },

    async untold(limit) {
      const { rows } = await pool.query<AlertRow>({
        name: 'alert_untold',
        text: 'SELECT * FROM alert WHERE told_at IS NULL ORDER BY crossed_at LIMIT $1',
        values: [limit],
      })
      return rows.map(decode)
    },

    async told(ids, atMs) {
      await pool.query({
        name: 'alert_told',
        text: 'UPDATE alert SET told_at = $2 WHERE id = ANY ($1::uuid[]) AND told_at IS NULL',
        values: [ids.map(toUuid), new Date(atMs)],
      })
    },

    async settings(customer) {
      const { rows } = await pool.query<Record<Channel, Threshold[]>>({
        name: 'alert_settings',
        text: 'SELECT portal, mail, webhook FROM alert_setting WHERE customer_id = $1',
        values: [toUuid(customer)],
      })
      return rows[0] ?? null
    },

    async saveSettings(customer, settings, audit) {
      await inTransaction(pool, async (client) => {
        await client.query({
          text: `INSERT INTO alert_setting (customer_id, portal, mail, webhook) VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer_id) DO UPDATE SET portal = $2, mail = $3, webhook = $4`,
          values: [toUuid(customer), settings.portal, settings.mail, settings.webhook],
        })
        await appendAudit(client, audit)
      })
    },
  } satisfies AlertStore)
}

/** A row as JSON: one parameter whatever the number of rows. */
function encode({ id, customer, subject, threshold, channels, crossedAtMs }: Alert) {
  return {
    id: toUuid(id),
    customer: toUuid(customer),
    kind: subject.kind,
    subject: subject.id,
    title: subject.title,
    period: subject.period,
    threshold,
    used: `${subject.used}`,
    limit: `${subject.limit}`,
    resetsAt: subject.resetsAtMs === null ? null : new Date(subject.resetsAtMs).toISOString(),
    channels,
    crossedAt: new Date(crossedAtMs).toISOString(),
  }
}
