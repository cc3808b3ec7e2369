import { describe } from 'vitest'
import { memoryAuditLog } from '../memory/audit-log.ts'
import { memoryCaseStore } from '../memory/case-store.ts'
import { MemoryDatabase } from '../memory/database.ts'
import { memoryLimitRequestStore } from '../memory/limit-request-store.ts'
import { caseStoreConformance } from './case-store.ts'
import { limitRequestStoreConformance } from './limit-request-store.ts'

const withAudit = <T>(make: (db: MemoryDatabase) => T) => {
  const db = new MemoryDatabase()
  return { store: make(db), audit: memoryAuditLog(db) }
}

describe('memory store of limit requests', () => {
  limitRequestStoreConformance(async () => withAudit(memoryLimitRequestStore))
})

describe('memory store of cases', () => {
  caseStoreConformance(async () => withAudit(memoryCaseStore))
})
