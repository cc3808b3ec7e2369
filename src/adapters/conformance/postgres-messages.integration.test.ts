import { afterEach, describe } from 'vitest'
import type { Pool } from 'pg'
import { postgresAlertStore } from '../postgres/alert-store.ts'
import { postgresAuditLog } from '../postgres/audit-log.ts'
import { postgresMailStore } from '../postgres/mail-store.ts'
import { postgresPromotionStore } from '../postgres/promotion-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { postgresWebhookStore } from '../postgres/webhook-store.ts'
import { alertStoreConformance } from './alert-store.ts'
import { mailStoreConformance } from './mail-store.ts'
import { promotionStoreConformance } from './promotion-store.ts'
import { webhookStoreConformance } from './webhook-store.ts'

const opened: Awaited<ReturnType<typeof openPostgres>>[] = []
const open = async () => {
  const database = await openPostgres()
  opened.push(database)
  return database
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

const withAudit = async <T>(make: (pool: Pool) => T) => {
  const { pool } = await open()
  return { store: make(pool), audit: postgresAuditLog(pool) }
}

describe('postgres mail store', () => {
  mailStoreConformance(async () => postgresMailStore((await open()).pool))
})

describe('postgres alert store', () => {
  alertStoreConformance(() => withAudit(postgresAlertStore))
})

describe('postgres webhook store', () => {
  webhookStoreConformance(() => withAudit(postgresWebhookStore))
})

describe('postgres promotion store', () => {
  promotionStoreConformance(() => withAudit(postgresPromotionStore))
})
