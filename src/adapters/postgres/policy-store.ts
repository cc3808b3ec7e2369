import type { Pool } from 'pg'
import { assert } from '../../core/shared/assert.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import type { PolicyStore, PolicyVersion } from '../../ports/policy-store.ts'
import { answering } from './answering.ts'
import { appendAudit } from './audit-log.ts'
import { inTransaction } from './in-transaction.ts'

interface VersionRow {
  version: number
  document: PolicyDocument
  note: string
  published_at: Date
}

const decodeSummary = (row: Omit<VersionRow, 'document'>): Omit<PolicyVersion, 'document'> => ({
  version: row.version,
  note: row.note,
  publishedAtMs: row.published_at.getTime(),
})
const decodeVersion = (row: VersionRow): PolicyVersion => ({ ...decodeSummary(row), document: row.document })

const VERSIONS_LIMIT = 500
const IN_FORCE = 'SELECT coalesce(max(version), 0)::integer AS version FROM policy_version'

export function postgresPolicyStore(pool: Pool): PolicyStore {
  return answering({
    async current() {
      const { rows } = await pool.query<VersionRow>({
        name: 'policy_current',
        text: 'SELECT document, version, note, published_at FROM policy_version ORDER BY version DESC LIMIT 1',
      })
      return rows[0] ? decodeVersion(rows[0]) : null
    },

    async version(version) {
      const { rows } = await pool.query<VersionRow>({
        name: 'policy_version',
        text: 'SELECT document, version, note, published_at FROM policy_version WHERE version = $1',
        values: [version],
      })
      return rows[0] ? decodeVersion(rows[0]) : null
    },

    async versions(limit) {
      const { rows } = await pool.query<Omit<VersionRow, 'document'>>({
        name: 'policy_versions',
        text: 'SELECT version, note, published_at FROM policy_version ORDER BY version DESC LIMIT $1',
        values: [Math.min(limit, VERSIONS_LIMIT)],
      })
      return rows.map(decodeSummary)
    },

    async publish({ base, document, note, atMs, audit }) {
      return inTransaction(pool, async (client) => {
        // Two publishers on one base meet at the primary key: the second waits for the first and then inserts nothing.
        const inserted = await client.query({
          text: `INSERT INTO policy_version (version, document, note, published_at)
            SELECT $1::integer + 1, $2::json, $3, $4::timestamptz WHERE (${IN_FORCE}) = $1
            ON CONFLICT (version) DO NOTHING`,
          values: [base, JSON.stringify(document), note, new Date(atMs)],
        })
        if (inserted.rowCount === 1) {
          await appendAudit(client, audit)
          return { kind: 'published', version: base + 1 } as const
        }
        const inForce = (await client.query<{ version: number }>(IN_FORCE)).rows[0]
        assert(
          inForce !== undefined && inForce.version !== base,
          'a publish that found its base in force has published',
        )
        return { kind: 'stale', current: inForce.version } as const
      })
    },
  } satisfies PolicyStore)
}
