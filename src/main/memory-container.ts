import { memoryAuditLog } from '../adapters/memory/audit-log.ts'
import { memoryCustomerState } from '../adapters/memory/customer-state.ts'
import { MemoryDatabase } from '../adapters/memory/database.ts'
import { memoryDueWork } from '../adapters/memory/due-work.ts'
import { memoryIdentityStore } from '../adapters/memory/identity-store.ts'
import { memoryKeyStore } from '../adapters/memory/key-store.ts'
import { reactMailRenderer } from '../adapters/mail/renderer.ts'
import { memoryAlertStore } from '../adapters/memory/alert-store.ts'
import { memoryCaseStore } from '../adapters/memory/case-store.ts'
import { memoryLimitRequestStore } from '../adapters/memory/limit-request-store.ts'
import { memoryPromotionStore } from '../adapters/memory/promotion-store.ts'
import { memoryWebhookStore } from '../adapters/memory/webhook-store.ts'
import { httpsWebhookSender } from '../adapters/webhooks/https-sender.ts'
import { memoryMailStore } from '../adapters/memory/mail-store.ts'
import { memoryMaintenance } from '../adapters/memory/maintenance.ts'
import { memoryPolicyStore } from '../adapters/memory/policy-store.ts'
import { memoryPurchaseStore } from '../adapters/memory/purchase-store.ts'
import { memoryReaders } from '../adapters/memory/readers.ts'
import { memorySettlementStore } from '../adapters/memory/settlement-store.ts'
import { memorySignals } from '../adapters/memory/signals.ts'
import { memoryUsageReader } from '../adapters/memory/usage-reader.ts'
import { argon2Passwords } from '../adapters/system/argon2.ts'
import { everyWith } from '../adapters/system/every.ts'
import { sha256 } from '../adapters/system/hash.ts'
import { uuidV7Ids } from '../adapters/system/ids.ts'
import { systemClock } from '../adapters/system/system-clock.ts'
import type { PolicyDocument } from '../core/policy/document.ts'
import { UNREDUCED } from '../core/waterfall/state.ts'
import type { Alarms } from '../ports/alarms.ts'
import type { Clock } from '../ports/system.ts'
import type { Engine } from '../services/engine.ts'
import { keyAuthenticator } from '../services/key/authenticate.ts'
import { outboxMailer } from '../services/mail/mailer.ts'
import { sealedLinks } from '../services/mail/sealed-links.ts'
import { openPolicyCache } from '../services/policy/cache.ts'
import { type BuiltEngine, UNHEARD } from './container.ts'
import { handleWebhook } from '../services/purchase/handle-webhook.ts'
import type { OpenedPayments } from './payments.ts'
import { publishFirstPolicy } from './first-policy.ts'

export interface MemoryEngineOptions {
  readonly clock?: Clock
  readonly secret?: string
  /** Left out: nobody is told. */
  readonly alarms?: Alarms
  /** Left out: nothing is sold. */
  readonly payments?: OpenedPayments | null
  firstPolicy(): Promise<PolicyDocument>
  readonly onFault: (error: unknown) => void
}

/** The engine on maps: the same services and rules, nothing durable. For tests, simulation and trying out. */
export async function buildMemoryEngine(options: MemoryEngineOptions): Promise<BuiltEngine> {
  const { onFault } = options
  const clock = options.clock ?? systemClock()
  const every = everyWith(onFault)
  const ids = uuidV7Ids()
  const database = new MemoryDatabase()
  const policyStore = memoryPolicyStore(database)
  await publishFirstPolicy({ policyStore, clock, ids }, options.firstPolicy)
  const signals = memorySignals(onFault)
  const policies = await openPolicyCache({ store: policyStore, signals, every, onFault })
  const keys = memoryKeyStore(database)
  const authenticator = keyAuthenticator({ keys, clock, hash: sha256, every, onFault })
  const secret = options.secret ?? 'memory only'
  const mails = sealedLinks(memoryMailStore(), secret)
  const engine: Engine = {
    customers: memoryCustomerState(database),
    settlement: memorySettlementStore(database, clock),
    policyStore,
    policies,
    keys,
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
    payments: options.payments?.payments ?? null,
    testDesk: options.payments?.desk ?? null,
    publicUrl: 'http://127.0.0.1',
    readers: memoryReaders(database),
    usage: memoryUsageReader(database),
    due: memoryDueWork(database),
    maintenance: memoryMaintenance(database),
    audit: memoryAuditLog(database),
    alarms: options.alarms ?? UNHEARD,
    signals,
    clock,
    ids,
    hash: sha256,
    factors: { factorsFor: () => UNREDUCED },
    secret,
  }
  engine.testDesk?.deliverTo((body, signature) => handleWebhook(engine, { body, signature }))
  return {
    engine,
    authenticator,
    every,
    ping: async () => {},
    async close() {
      authenticator.stop()
      policies.stop()
    },
  }
}
