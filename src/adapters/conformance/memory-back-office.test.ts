import { describe } from 'vitest'
import { appendAudit, memoryAuditLog } from '../memory/audit-log.ts'
import { MemoryDatabase } from '../memory/database.ts'
import { memoryKeyStore } from '../memory/key-store.ts'
import { memoryPolicyStore } from '../memory/policy-store.ts'
import { auditLogConformance } from './audit-log.ts'
import { keyStoreConformance } from './key-store.ts'
import { policyStoreConformance } from './policy-store.ts'

describe('memory policy store', () => {
  policyStoreConformance(async () => {
    const db = new MemoryDatabase()
    return { store: memoryPolicyStore(db), audit: memoryAuditLog(db) }
  })
})

describe('memory key store', () => {
  keyStoreConformance(async () => {
    const db = new MemoryDatabase()
    return { store: memoryKeyStore(db), audit: memoryAuditLog(db) }
  })
})

describe('memory audit log', () => {
  auditLogConformance(async () => {
    const db = new MemoryDatabase()
    return { log: memoryAuditLog(db), append: async (draft) => appendAudit(db, draft) }
  })
})
