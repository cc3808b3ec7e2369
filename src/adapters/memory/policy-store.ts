import type { PolicyStore } from '../../ports/policy-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

const VERSIONS_LIMIT = 500

/** Version n is at index n - 1. */
export function memoryPolicyStore(db: MemoryDatabase): PolicyStore {
  return {
    async current() {
      return structuredClone(db.policyVersions.at(-1)) ?? null
    },
    async version(version) {
      return structuredClone(db.policyVersions[version - 1]) ?? null
    },
    async versions(limit) {
      const newestFirst = db.policyVersions.toReversed().slice(0, Math.min(limit, VERSIONS_LIMIT))
      return newestFirst.map(({ version, note, publishedAtMs }) => ({ version, note, publishedAtMs }))
    },
    async publish({ base, document, note, atMs, audit }) {
      const current = db.policyVersions.length
      if (current !== base) return { kind: 'stale', current }
      appendAudit(db, audit)
      db.policyVersions.push({ version: base + 1, document: structuredClone(document), note, publishedAtMs: atMs })
      return { kind: 'published', version: base + 1 }
    },
  }
}
