import { assert } from '../../core/shared/assert.ts'
import { type ApiKey, type KeyStore, REVOKED_BOUND } from '../../ports/key-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

/** A row of `apiKeys`: the key with what only the store knows of it. */
interface KeyRow extends ApiKey {
  readonly replacedBy: string | null
  readonly curtailedAtMs: number | null
}

const LIST_LIMIT = 500

export function memoryKeyStore(db: MemoryDatabase): KeyStore {
  // Only this store writes keys, so every row has the columns of KeyRow.
  const rows = db.apiKeys as Map<string, KeyRow>
  const stored = (): readonly KeyRow[] => [...rows.values()]
  const insert = (key: ApiKey): void => {
    const clash = stored().some((other) => other.id === key.id || other.secretHash === key.secretHash)
    assert(!clash, 'ids and secrets of keys are unique')
    rows.set(key.id, { ...key, replacedBy: null, curtailedAtMs: null })
  }

  return {
    async byId(id) {
      const row = rows.get(id)
      return row ? keyOf(row) : null
    },
    async bySecretHash(secretHash) {
      const row = stored().find((one) => one.secretHash === secretHash)
      return row ? keyOf(row) : null
    },
    async create(key, audit) {
      insert(key)
      appendAudit(db, audit)
    },
    async revoke(id, atMs, audit) {
      const found = rows.get(id)
      if (found === undefined || found.revokedAtMs !== null) return false
      rows.set(id, { ...found, revokedAtMs: atMs, curtailedAtMs: atMs })
      appendAudit(db, audit)
      return true
    },
    async rotate({ id, replacement, endsAtMs, atMs, audit }) {
      const found = rows.get(id)
      if (found === undefined || found.replacedBy !== null || !isLive(found, atMs)) return 'not_live'
      insert(replacement)
      const expiresAtMs = Math.min(found.expiresAtMs ?? endsAtMs, endsAtMs)
      rows.set(id, { ...found, expiresAtMs, replacedBy: replacement.id, curtailedAtMs: atMs })
      appendAudit(db, audit)
      return 'rotated'
    },
    async touch(id, atMs) {
      const found = rows.get(id)
      if (found === undefined) return
      const lastUsedAtMs = Math.max(found.lastUsedAtMs ?? atMs, atMs)
      rows.set(id, { ...found, lastUsedAtMs })
    },
    async list(customer) {
      const own = stored().filter((key) => key.customer === customer)
      own.sort((a, b) => (a.id < b.id ? 1 : -1))
      return own.slice(0, LIST_LIMIT).map(keyOf)
    },
    async revokedSince(atMs) {
      const curtailed = stored().filter((one) => one.curtailedAtMs !== null && one.curtailedAtMs >= atMs)
      curtailed.sort((a, b) => (a.curtailedAtMs ?? 0) - (b.curtailedAtMs ?? 0))
      return curtailed.slice(0, REVOKED_BOUND).map(({ id }) => id)
    },
  }
}

const keyOf = ({ replacedBy: _replacedBy, curtailedAtMs: _curtailedAtMs, ...key }: KeyRow): ApiKey => key

const isLive = (key: ApiKey, atMs: number): boolean =>
  key.revokedAtMs === null && (key.expiresAtMs === null || key.expiresAtMs > atMs)
