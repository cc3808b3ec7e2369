import { describe } from 'vitest'
import { memoryAlertStore } from '../memory/alert-store.ts'
import { memoryAuditLog } from '../memory/audit-log.ts'
import { MemoryDatabase } from '../memory/database.ts'
import { memoryMailStore } from '../memory/mail-store.ts'
import { memoryPromotionStore } from '../memory/promotion-store.ts'
import { memoryWebhookStore } from '../memory/webhook-store.ts'
import { alertStoreConformance } from './alert-store.ts'
import { mailStoreConformance } from './mail-store.ts'
import { promotionStoreConformance } from './promotion-store.ts'
import { webhookStoreConformance } from './webhook-store.ts'

const withAudit = <T>(make: (db: MemoryDatabase) => T) => {
  const db = new MemoryDatabase()
  return { store: make(db), audit: memoryAuditLog(db) }
}

describe('memory mail store', () => {
  mailStoreConformance(async () => memoryMailStore())
})

describe('memory alert store', () => {
  alertStoreConformance(async () => withAudit(memoryAlertStore))
})

describe('memory webhook store', () => {
  webhookStoreConformance(async () => withAudit(memoryWebhookStore))
})

describe('memory promotion store', () => {
  promotionStoreConformance(async () => withAudit(memoryPromotionStore))
})
