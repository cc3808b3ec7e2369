import { postgresAuditLog } from '../adapters/postgres/audit-log.ts'
import { postgresCustomerState } from '../adapters/postgres/customer-state/store.ts'
import { postgresDueWork } from '../adapters/postgres/due-work.ts'
import { postgresIdentityStore } from '../adapters/postgres/identity-store.ts'
import { postgresKeyStore } from '../adapters/postgres/key-store.ts'
import { reactMailRenderer } from '../adapters/mail/renderer.ts'
import { postgresAlertStore } from '../adapters/postgres/alert-store.ts'
import { postgresCaseStore } from '../adapters/postgres/case-store.ts'
import { postgresLimitRequestStore } from '../adapters/postgres/limit-request-store.ts'
import { postgresPromotionStore } from '../adapters/postgres/promotion-store.ts'
import { postgresWebhookStore } from '../adapters/postgres/webhook-store.ts'
import { httpsWebhookSender } from '../adapters/webhooks/https-sender.ts'
import { postgresMailStore } from '../adapters/postgres/mail-store.ts'
import { postgresMaintenance } from '../adapters/postgres/maintenance.ts'
import { postgresPolicyStore } from '../adapters/postgres/policy-store.ts'
import { enginePool } from '../adapters/postgres/pool.ts'
import { postgresPurchaseStore } from '../adapters/postgres/purchase-store.ts'
import { postgresReaders } from '../adapters/postgres/readers/readers.ts'
import { postgresSettlementStore } from '../adapters/postgres/settlement-store/store.ts'
import { postgresSignals } from '../adapters/postgres/signals.ts'
import { postgresUsageReader } from '../adapters/postgres/usage/reader.ts'
import { argon2Passwords } from '../adapters/system/argon2.ts'
import { databaseClock } from '../adapters/system/database-clock.ts'
import { everyWith } from '../adapters/system/every.ts'
import { sha256 } from '../adapters/system/hash.ts'
import { uuidV7Ids } from '../adapters/system/ids.ts'
import type { PolicyDocument } from '../core/policy/document.ts'
import { UNREDUCED } from '../core/waterfall/state.ts'
import type { Alarms } from '../ports/alarms.ts'
import { handleWebhook } from '../services/purchase/handle-webhook.ts'
import type { Every } from '../ports/system.ts'
import type { Engine } from '../services/engine.ts'
import { type KeyAuthenticator, keyAuthenticator } from '../services/key/authenticate.ts'
import { outboxMailer } from '../services/mail/mailer.ts'
import { sealedLinks } from '../services/mail/sealed-links.ts'
import { answerOfDecision } from '../services/decision/answer.ts'
import { openPolicyCache } from '../services/policy/cache.ts'
import type { OpenedPayments } from './payments.ts'
import { publishFirstPolicy } from './first-policy.ts'

/** An engine with what belongs to its process. */
export interface BuiltEngine {
  readonly engine: Engine
  readonly authenticator: KeyAuthenticator
  readonly every: Every
  /** Rejects when the store cannot be asked. */
  ping(): Promise<void>
  /** Answers what was accepted, then lets go of everything. */
  close(): Promise<void>
}

export interface EngineOptions {
  /** A migrated database. */
  readonly databaseUrl: string
  readonly secret: string
  /** Connections that commit decisions, and calls that may wait for each. */
  readonly lanes?: number
  readonly queue?: number
  /** Private addresses that webhooks may reach, `host:port`. */
  readonly webhookTestHosts?: readonly string[]
  /** Left out: nobody is told. */
  readonly alarms?: Alarms
  /** Left out: nothing is sold. */
  readonly payments?: OpenedPayments | null
  /** Where people reach the portal. */
  readonly publicUrl?: string
  /** Published where nothing was ever published. */
  firstPolicy(): Promise<PolicyDocument>
  readonly onFault: (error: unknown) => void
}

/** Nobody who could be told. */
export const UNHEARD: Alarms = { paidOtherwise() {}, refundFailed() {} }

/** Connections for pages and reads of the API; and for settling, jobs and looking after policies and keys. */
const READING = 8
const WORKING = 4
/** For changes of the ledger, each a transaction of its own. */
const ALONE = 4

/** The engine on PostgreSQL. */
export async function buildEngine(options: EngineOptions): Promise<BuiltEngine> {
  const { databaseUrl, secret, onFault } = options
  const every = everyWith(onFault)
  const reading = enginePool(databaseUrl, READING)
  const working = enginePool(databaseUrl, WORKING)
  const endings: (() => unknown)[] = [() => reading.end(), () => working.end()]
  try {
    const clock = await databaseClock({ readDatabaseMs: () => databaseMs(working), onFault })
    endings.unshift(clock.stop)
    const ids = uuidV7Ids()
    const policyStore = postgresPolicyStore(working)
    await publishFirstPolicy({ policyStore, clock, ids }, options.firstPolicy)

    const signals = postgresSignals(working, { every, onFault })
    endings.unshift(signals.stop)
    const policies = await openPolicyCache({ store: policyStore, signals, every, onFault })
    endings.unshift(policies.stop)
    const keys = postgresKeyStore(working)
    const authenticator = keyAuthenticator({ keys, clock, hash: sha256, every, onFault })
    endings.unshift(authenticator.stop)
    const maintenance = postgresMaintenance(working)
    await maintenance.ensurePartitions(clock.nowMs())
    const customers = postgresCustomerState(databaseUrl, {
      alone: ALONE,
      render: answerOfDecision,
      ...(options.lanes === undefined ? {} : { lanes: options.lanes }),
      ...(options.queue === undefined ? {} : { queue: options.queue }),
    })
    endings.unshift(() => customers.close())

    const mails = sealedLinks(postgresMailStore(working), secret)
    const engine: Engine = {
      customers,
      settlement: postgresSettlementStore(working, clock),
      policyStore,
      policies,
      keys,
      identity: postgresIdentityStore(reading),
      passwords: argon2Passwords(),
      mailer: outboxMailer({ mails, clock, ids }),
      mails,
      mailRenderer: reactMailRenderer(),
      alerts: postgresAlertStore(working),
      webhooks: postgresWebhookStore(working),
      webhookSender: httpsWebhookSender({ testHosts: options.webhookTestHosts ?? [] }),
      promotions: postgresPromotionStore(working),
      limitRequests: postgresLimitRequestStore(reading),
      cases: postgresCaseStore(reading),
      purchases: postgresPurchaseStore(working),
      payments: options.payments?.payments ?? null,
      testDesk: options.payments?.desk ?? null,
      publicUrl: options.publicUrl ?? 'http://127.0.0.1',
      readers: postgresReaders(reading, answerOfDecision),
      usage: postgresUsageReader(reading),
      due: postgresDueWork(working),
      maintenance,
      audit: postgresAuditLog(reading),
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
      ping: async () => void (await reading.query('SELECT 1')),
      close: () => endAll(endings),
    }
  } catch (fault) {
    await endAll(endings)
    throw fault
  }
}

async function databaseMs(pool: ReturnType<typeof enginePool>): Promise<number> {
  const { rows } = await pool.query<{ ms: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms')
  return Number(rows[0]?.ms)
}

async function endAll(endings: readonly (() => unknown)[]): Promise<void> {
  for (const end of endings) await end()
}
