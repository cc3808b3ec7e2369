import { createHash } from 'node:crypto'
import { chainAudit } from '../../core/ledger/audit-chain.ts'
import { CHAIN_START } from '../../core/ledger/chain.ts'
import type { AuditEntryDraft, AuditLog } from '../../ports/audit-log.ts'
import type { MemoryDatabase } from './database.ts'

/** Chains an entry; called inside the synchronous commit of the change that it records, so both happen or neither. */
export function appendAudit(db: MemoryDatabase, draft: AuditEntryDraft): void {
  // Kept as PostgreSQL would give it back: a copy, with what JSON has no word for left out.
  const kept: AuditEntryDraft = { ...draft, detail: JSON.parse(JSON.stringify(draft.detail)) }
  db.audit.push(chainAudit(db.audit.at(-1) ?? CHAIN_START, kept, sha256))
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const PAGE_LIMIT = 500

export function memoryAuditLog(db: MemoryDatabase): AuditLog {
  return {
    async page(after, limit) {
      const start = after?.seq ?? 0
      return db.audit.slice(start, start + Math.min(limit, PAGE_LIMIT))
    },
    async head() {
      const last = db.audit.at(-1) ?? CHAIN_START
      return { seq: last.seq, hash: last.hash }
    },
  }
}
