import type { Pool } from 'pg'
import { assert } from '../../../core/shared/assert.ts'
import type { IdentityStore } from '../../../ports/identity-store.ts'
import { toUuid } from '../codec/ids.ts'
import { decodeUser, USER, type UserRow } from './rows.ts'

type Links = Pick<
  IdentityStore,
  'makeLink' | 'linkHolder' | 'useLink' | 'countAttempts' | 'forgiveAttempt' | 'takeBackAttempts' | 'purgeAttempts'
>

const USABLE = 'token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3'

export function links(pool: Pool): Links {
  async function takeBack(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await pool.query({
        text: 'UPDATE sign_in_attempt SET failures = greatest(0, failures - 1) WHERE key = $1',
        values: [key],
      })
    }
  }

  return {
    async makeLink(link) {
      await pool.query({
        name: 'link_insert',
        text: `INSERT INTO one_time_link (token_hash, purpose, user_id, created_at, expires_at)
          VALUES ($1, $2, $3, $4, $5)`,
        values: [
          link.tokenHash,
          link.purpose,
          toUuid(link.user),
          new Date(link.createdAtMs),
          new Date(link.expiresAtMs),
        ],
      })
    },

    async linkHolder({ tokenHash, purpose, nowMs }) {
      const { rows } = await pool.query<UserRow>({
        name: 'link_holder',
        text: `SELECT ${USER} FROM one_time_link JOIN app_user ON app_user.id = user_id WHERE ${USABLE}`,
        values: [tokenHash, purpose, new Date(nowMs)],
      })
      return rows[0] ? decodeUser(rows[0]) : null
    },

    async useLink({ tokenHash, purpose, nowMs }) {
      const { rows } = await pool.query<UserRow>({
        name: 'link_use',
        text: `WITH used AS (UPDATE one_time_link SET used_at = $3 WHERE ${USABLE} RETURNING user_id)
          SELECT ${USER} FROM used JOIN app_user ON app_user.id = user_id`,
        values: [tokenHash, purpose, new Date(nowMs)],
      })
      return rows[0] ? decodeUser(rows[0]) : null
    },

    async countAttempts(keys, { nowMs, windowMs }) {
      const counted: { failures: number; startedAtMs: number }[] = []
      for (const key of keys) {
        const { rows } = await pool.query<{ failures: number; started_at: Date }>({
          name: 'attempt_count',
          text: `INSERT INTO sign_in_attempt AS before (key, failures, started_at) VALUES ($1, 1, $2)
            ON CONFLICT (key) DO UPDATE SET
              failures = CASE WHEN before.started_at <= $3 THEN 1 ELSE before.failures + 1 END,
              started_at = CASE WHEN before.started_at <= $3 THEN $2 ELSE before.started_at END
            RETURNING failures, started_at`,
          values: [key, new Date(nowMs), new Date(nowMs - windowMs)],
        })
        const row = rows[0]
        assert(row !== undefined, 'an attempt is counted')
        counted.push({ failures: row.failures, startedAtMs: row.started_at.getTime() })
      }
      return counted
    },

    async forgiveAttempt({ account, address }) {
      await pool.query({ text: 'DELETE FROM sign_in_attempt WHERE key = $1', values: [account] })
      await takeBack([address])
    },

    takeBackAttempts: takeBack,

    async purgeAttempts(beforeMs, limit) {
      const { rowCount } = await pool.query({
        text: `DELETE FROM sign_in_attempt WHERE key IN
          (SELECT key FROM sign_in_attempt WHERE started_at < $1 ORDER BY started_at LIMIT $2)`,
        values: [new Date(beforeMs), limit],
      })
      return rowCount ?? 0
    },
  }
}
