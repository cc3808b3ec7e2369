import { memoryAuditLog } from '../../src/adapters/memory/audit-log.ts'
import { memoryCustomerState } from '../../src/adapters/memory/customer-state.ts'
import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryDueWork } from '../../src/adapters/memory/due-work.ts'
import { memoryIdentityStore } from '../../src/adapters/memory/identity-store.ts'
import { memoryKeyStore } from '../../src/adapters/memory/key-store.ts'
import { reactMailRenderer } from '../../src/adapters/mail/renderer.ts'
import { memoryAlertStore } from '../../src/adapters/memory/alert-store.ts'
import { memoryCaseStore } from '../../src/adapters/memory/case-store.ts'
import { memoryLimitRequestStore } from '../../src/adapters/memory/limit-request-store.ts'
import { memoryPromotionStore } from '../../src/adapters/memory/promotion-store.ts'
import { memoryWebhookStore } from '../../src/adapters/memory/webhook-store.ts'
import { httpsWebhookSender } from '../../src/adapters/webhooks/https-sender.ts'
import { memoryMailStore } from '../../src/adapters/memory/mail-store.ts'
import { memoryMaintenance } from '../../src/adapters/memory/maintenance.ts'
import { memoryPolicyStore } from '../../src/adapters/memory/policy-store.ts'
import { memoryPurchaseStore } from '../../src/adapters/memory/purchase-store.ts'
import { memoryUsageReader } from '../../src/adapters/memory/usage-reader.ts'
import { memoryReaders } from '../../src/adapters/memory/readers.ts'
import { memorySettlementStore } from '../../src/adapters/memory/settlement-store.ts'
import { memorySignals } from '../../src/adapters/memory/signals.ts'
import { memoryVerifyStore } from '../../src/adapters/memory/verify-store.ts'
import { argon2Passwords } from '../../src/adapters/system/argon2.ts'
import { sha256 } from '../../src/adapters/system/hash.ts'
import { uuidV7Ids } from '../../src/adapters/system/ids.ts'
import { testClock } from '../../src/adapters/system/test-clock.ts'
import { UNREDUCED } from '../../src/core/waterfall/state.ts'
import type { Engine } from '../../src/services/engine.ts'
import { outboxMailer } from '../../src/services/mail/mailer.ts'
import { openPolicyCache } from '../../src/services/policy/cache.ts'
import { DOCUMENT, type Stage } from './history.ts'

const START = Date.UTC(2026, 9, 24, 20)

/** Two engines over one database in memory, the night before a change to winter time. */
export async function memoryWorld(): Promise<Stage> {
  const database = new MemoryDatabase()
  const clock = testClock(START)
  const ids = uuidV7Ids()
  const onFault = (error: unknown): void => {
    throw error
  }
  const policyStore = memoryPolicyStore(database)
  const audit = {
    id: ids.next('aud', START),
    actor: { kind: 'system', job: 'test' },
    action: 'policy.publish',
    target: 'pol',
    customer: null,
    reason: null,
    detail: {},
    atMs: START,
  } as const
  await policyStore.publish({ base: 0, document: DOCUMENT, note: 'test', atMs: START, audit })

  const mails = memoryMailStore()
  async function process(): Promise<Engine> {
    const signals = memorySignals(onFault)
    return {
      customers: memoryCustomerState(database),
      settlement: memorySettlementStore(database, clock),
      policyStore,
      policies: await openPolicyCache({ store: policyStore, signals, every: () => () => {}, onFault }),
      keys: memoryKeyStore(database),
      identity: memoryIdentityStore(database),
      passwords: argon2Passwords(),
      mailer: outboxMailer({ mails, clock, ids }),
      mails,
      mailRenderer: reactMailRenderer(),
      alerts: memoryAlertStore(database),
      webhooks: memoryWebhookStore(database),
      webhookSender: httpsWebhookSender(),
      promotions: memoryPromotionStore(database),
      limitRequests: memoryLimitRequestStore(database),
      cases: memoryCaseStore(database),
      purchases: memoryPurchaseStore(database),
      payments: null,
      testDesk: null,
      publicUrl: 'http://127.0.0.1',
      readers: memoryReaders(database),
      usage: memoryUsageReader(database),
      due: memoryDueWork(database),
      maintenance: memoryMaintenance(database),
      audit: memoryAuditLog(database),
      alarms: { paidOtherwise() {}, refundFailed() {} },
      signals,
      clock,
      ids,
      hash: sha256,
      factors: { factorsFor: () => UNREDUCED },
      secret: 'a secret of tests',
    }
  }
  return { processes: [await process(), await process()], clock, verifyStore: memoryVerifyStore(database) }
}
