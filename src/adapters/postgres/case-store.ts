import type { Pool } from 'pg'
import { isId } from '../../core/shared/ids.ts'
import {
  CASE_LIST_LIMIT,
  CASE_MESSAGES,
  type CaseFile,
  type CaseMessage,
  type CaseStore,
  RUNNING_CASES,
} from '../../ports/case-store.ts'
import { answering } from './answering.ts'
import { appendAudit } from './audit-log.ts'
import { decodeEvidence, encodeEvidence } from './codec/evidence.ts'
import { fromUuid, toUuid } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'

interface FileRow {
  id: string
  customer_id: string
  title: string
  about_kind: CaseFile['about']['kind']
  about_id: string
  state: CaseFile['state']
  opened_by: string
  opened_by_name: string
  opened_at: Date
  changed_at: Date
  messages: number
}

const COLUMNS =
  'id, customer_id, title, about_kind, about_id, state, opened_by, opened_by_name, opened_at, changed_at, messages'

const decode = (row: FileRow): Omit<CaseFile, 'evidence'> => ({
  id: fromUuid('case', row.id),
  customer: fromUuid('cus', row.customer_id),
  title: row.title,
  about: { kind: row.about_kind, id: fromUuid(row.about_kind === 'decision' ? 'dec' : 'use', row.about_id) },
  state: row.state,
  openedBy: fromUuid('usr', row.opened_by),
  openedByName: row.opened_by_name,
  openedAtMs: row.opened_at.getTime(),
  changedAtMs: row.changed_at.getTime(),
  messages: row.messages,
})

const WRITE_MESSAGE =
  'INSERT INTO case_message (case_id, number, side, author, author_name, body, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7)'
const messageValues = (id: string, number: number, message: Omit<CaseMessage, 'number'>) => [
  toUuid(id),
  number,
  message.side,
  toUuid(message.author),
  message.authorName,
  message.body,
  new Date(message.writtenAtMs),
]

export function postgresCaseStore(pool: Pool): CaseStore {
  return answering({
    async open(file, first, audit) {
      return inTransaction(pool, async (client) => {
        // lines up openers of one customer, so that neither bound is passed by two at once
        await client.query({
          name: 'case_open_lock',
          text: `SELECT pg_advisory_xact_lock(hashtextextended('case_file:' || $1, 0))`,
          values: [file.customer],
        })
        const { rows } = await client.query<{ id: string; about_id: string }>({
          name: 'case_running',
          text: `SELECT id, about_id FROM case_file WHERE customer_id = $1 AND state <> 'closed'`,
          values: [toUuid(file.customer)],
        })
        const about = toUuid(file.about.id)
        const same = rows.find((row) => row.about_id.replaceAll('-', '') === about)
        if (same !== undefined) return { kind: 'running', id: fromUuid('case', same.id) }
        if (rows.length >= RUNNING_CASES) return { kind: 'too_many' }
        await client.query({
          text: `INSERT INTO case_file (${COLUMNS}, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)`,
          values: [
            toUuid(file.id),
            toUuid(file.customer),
            file.title,
            file.about.kind,
            about,
            file.state,
            toUuid(file.openedBy),
            file.openedByName,
            new Date(file.openedAtMs),
            new Date(file.changedAtMs),
            encodeEvidence(file.evidence),
          ],
        })
        await client.query({ text: WRITE_MESSAGE, values: messageValues(file.id, 1, first) })
        await appendAudit(client, audit)
        return { kind: 'opened' }
      })
    },

    async byId(id) {
      if (!isId(id, 'case')) return null
      const { rows } = await pool.query<FileRow & { evidence: string }>({
        name: 'case_by_id',
        text: `SELECT ${COLUMNS}, evidence FROM case_file WHERE id = $1`,
        values: [toUuid(id)],
      })
      return rows[0] ? { ...decode(rows[0]), evidence: decodeEvidence(rows[0].evidence) } : null
    },

    async running(customer, about) {
      if (!isId(about, 'dec') && !isId(about, 'use')) return null
      const { rows } = await pool.query<{ id: string; about_kind: CaseFile['about']['kind'] }>({
        name: 'case_running_about',
        text: `SELECT id, about_kind FROM case_file WHERE customer_id = $1 AND about_id = $2 AND state <> 'closed'`,
        values: [toUuid(customer), toUuid(about)],
      })
      const kind = isId(about, 'dec') ? 'decision' : 'usage'
      const found = rows.find((row) => row.about_kind === kind)
      return found === undefined ? null : fromUuid('case', found.id)
    },

    async list(customer) {
      const { rows } = await pool.query<FileRow>({
        name: 'case_list',
        text: `SELECT ${COLUMNS} FROM case_file WHERE customer_id = $1 ORDER BY id DESC LIMIT $2`,
        values: [toUuid(customer), CASE_LIST_LIMIT],
      })
      return rows.map(decode)
    },

    async waiting(limit) {
      const { rows } = await pool.query<FileRow>({
        name: 'case_waiting',
        text: `SELECT ${COLUMNS} FROM case_file WHERE state = 'open' ORDER BY changed_at, id LIMIT $1`,
        values: [limit],
      })
      return rows.map(decode)
    },

    async messages(id) {
      if (!isId(id, 'case')) return []
      const { rows } = await pool.query<{
        number: number
        side: CaseMessage['side']
        author: string
        author_name: string
        body: string
        written_at: Date
      }>({
        name: 'case_messages',
        text: 'SELECT number, side, author, author_name, body, written_at FROM case_message WHERE case_id = $1 ORDER BY number LIMIT $2',
        values: [toUuid(id), CASE_MESSAGES],
      })
      return rows.map((row) => ({
        number: row.number,
        side: row.side,
        author: fromUuid('usr', row.author),
        authorName: row.author_name,
        body: row.body,
        writtenAtMs: row.written_at.getTime(),
      }))
    },

    async reply(id, message) {
      if (!isId(id, 'case')) return 'unknown'
      return inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ state: CaseFile['state']; messages: number }>({
          name: 'case_lock',
          text: 'SELECT state, messages FROM case_file WHERE id = $1 FOR UPDATE',
          values: [toUuid(id)],
        })
        const file = rows[0]
        if (file === undefined) return 'unknown'
        if (file.state === 'closed') return 'closed'
        if (file.messages >= CASE_MESSAGES) return 'full'
        const number = file.messages + 1
        await client.query({ text: WRITE_MESSAGE, values: messageValues(id, number, message) })
        await client.query({
          name: 'case_replied',
          text: 'UPDATE case_file SET state = $2, changed_at = $3, messages = $4 WHERE id = $1',
          values: [toUuid(id), message.side === 'staff' ? 'answered' : 'open', new Date(message.writtenAtMs), number],
        })
        return 'added'
      })
    },

    async close(id, atMs, audit) {
      if (!isId(id, 'case')) return false
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          name: 'case_close',
          text: `UPDATE case_file SET state = 'closed', changed_at = $2 WHERE id = $1 AND state <> 'closed'`,
          values: [toUuid(id), new Date(atMs)],
        })
        if (rowCount === 0) return false
        await appendAudit(client, audit)
        return true
      })
    },
  } satisfies CaseStore)
}
