import { memoryAuditLog } from '../memory/audit-log.ts'
import { MemoryDatabase } from '../memory/database.ts'
import { memoryPurchaseStore } from '../memory/purchase-store.ts'
import { purchaseStoreConformance } from './purchase-store.ts'

purchaseStoreConformance(async () => {
  const db = new MemoryDatabase()
  return { store: memoryPurchaseStore(db), audit: memoryAuditLog(db) }
})
