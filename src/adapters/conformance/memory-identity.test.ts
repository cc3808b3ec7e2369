import { describe } from 'vitest'
import { memoryAuditLog } from '../memory/audit-log.ts'
import { MemoryDatabase } from '../memory/database.ts'
import { memoryIdentityStore } from '../memory/identity-store.ts'
import { ids, START_MS } from './drafts.ts'
import { identityStoreConformance } from './identity-store.ts'

describe('memory identity store', () => {
  identityStoreConformance(async () => {
    const db = new MemoryDatabase()
    return {
      store: memoryIdentityStore(db),
      audit: memoryAuditLog(db),
      async customer(name) {
        const id = ids.next('cus', START_MS)
        db.customers.set(id, { id, externalId: null, name, kind: 'organization', createdAtMs: START_MS })
        return id
      },
    }
  })
})
