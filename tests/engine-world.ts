import pg from 'pg'
import { inject } from 'vitest'
import { postgresAuditLog } from '../src/adapters/postgres/audit-log.ts'
import { postgresCustomerState } from '../src/adapters/postgres/customer-state/store.ts'
import { postgresDueWork } from '../src/adapters/postgres/due-work.ts'
import { postgresIdentityStore } from '../src/adapters/postgres/identity-store.ts'
import { postgresKeyStore } from '../src/adapters/postgres/key-store.ts'
import { reactMailRenderer } from '../src/adapters/mail/renderer.ts'
import { postgresAlertStore } from '../src/adapters/postgres/alert-store.ts'
import { postgresCaseStore } from '../src/adapters/postgres/case-store.ts'
import { postgresLimitRequestStore } from '../src/adapters/postgres/limit-request-store.ts'
import { postgresPromotionStore } from '../src/adapters/postgres/promotion-store.ts'
import { postgresWebhookStore } from '../src/adapters/postgres/webhook-store.ts'
import { httpsWebhookSender } from '../src/adapters/webhooks/https-sender.ts'
import { postgresMailStore } from '../src/adapters/postgres/mail-store.ts'
import { postgresMaintenance } from '../src/adapters/postgres/maintenance.ts'
import { postgresPolicyStore } from '../src/adapters/postgres/policy-store.ts'
import { enginePool } from '../src/adapters/postgres/pool.ts'
import { postgresPurchaseStore } from '../src/adapters/postgres/purchase-store.ts'
import { postgresReaders } from '../src/adapters/postgres/readers/readers.ts'
import { postgresSettlementStore } from '../src/adapters/postgres/settlement-store/store.ts'
import { postgresSignals } from '../src/adapters/postgres/signals.ts'
import { postgresUsageReader } from '../src/adapters/postgres/usage/reader.ts'
import { postgresVerifyStore, verifyPool } from '../src/adapters/postgres/verify-store.ts'
import { argon2Passwords } from '../src/adapters/system/argon2.ts'
import { sha256 } from '../src/adapters/system/hash.ts'
import { uuidV7Ids } from '../src/adapters/system/ids.ts'
import { type TestClock, testClock } from '../src/adapters/system/test-clock.ts'
import type { PolicyDocument } from '../src/core/policy/document.ts'
import { UNREDUCED } from '../src/core/waterfall/state.ts'
import type { VerifyStore } from '../src/ports/verify-store.ts'
import { answerOfDecision } from '../src/services/decision/answer.ts'
import type { Engine } from '../src/services/engine.ts'
import { outboxMailer } from '../src/services/mail/mailer.ts'
import { openPolicyCache } from '../src/services/policy/cache.ts'
import { cloneDatabase } from './postgres.ts'

/** A whole engine on a database of its own, with a clock that stands still; nothing runs unless a test calls it. */
export interface EngineWorld {
  readonly engine: Engine
  readonly clock: TestClock
  readonly verifyStore: VerifyStore
  /** The database's owner, who may do what the application may not. */
  readonly owner: pg.Pool
  /** Another process on the same database, with a memory of its own. */
  another(): Promise<Engine>
  close(): Promise<void>
}

export async function openEngineWorld(document: PolicyDocument, atMs: number): Promise<EngineWorld> {
  const url = await cloneDatabase(inject('template'))
  const owner = new pg.Pool({ connectionString: url, max: 2 })
  const verifying = verifyPool(url)
  const clock = testClock(atMs)
  const closing: (() => Promise<unknown>)[] = [() => owner.end(), () => verifying.end()]
  const every = () => () => {}
  const onFault = (error: unknown): void => {
    throw error
  }

  async function process(): Promise<Engine> {
    const pool = enginePool(url, 6)
    const customers = postgresCustomerState(url, { render: answerOfDecision, awake: 0 })
    const signals = postgresSignals(pool, { every, onFault })
    const policyStore = postgresPolicyStore(pool)
    const ids = uuidV7Ids()
    if ((await policyStore.current()) === null) {
      const audit = {
        id: ids.next('aud', atMs),
        actor: { kind: 'system', job: 'test' },
        action: 'policy.publish',
        target: 'pol',
        customer: null,
        reason: null,
        detail: {},
        atMs,
      } as const
      await policyStore.publish({ base: 0, document, note: 'test', atMs, audit })
    }
    const policies = await openPolicyCache({ store: policyStore, signals, every, onFault })
    closing.unshift(async () => {
      policies.stop()
      await customers.close()
      await pool.end()
    })
    const mails = postgresMailStore(pool)
    return {
      customers,
      settlement: postgresSettlementStore(pool, clock),
      policyStore,
      policies,
      keys: postgresKeyStore(pool),
      identity: postgresIdentityStore(pool),
      passwords: argon2Passwords(),
      mailer: outboxMailer({ mails, clock, ids }),
      mails,
      mailRenderer: reactMailRenderer(),
      alerts: postgresAlertStore(pool),
      webhooks: postgresWebhookStore(pool),
      webhookSender: httpsWebhookSender(),
      promotions: postgresPromotionStore(pool),
      limitRequests: postgresLimitRequestStore(pool),
      cases: postgresCaseStore(pool),
      purchases: postgresPurchaseStore(pool),
      payments: null,
      testDesk: null,
      publicUrl: 'http://127.0.0.1',
      readers: postgresReaders(pool, answerOfDecision),
      usage: postgresUsageReader(pool),
      due: postgresDueWork(pool),
      maintenance: postgresMaintenance(pool),
      audit: postgresAuditLog(pool),
      alarms: { paidOtherwise() {}, refundFailed() {} },
      signals,
      clock,
      ids,
      hash: sha256,
      factors: { factorsFor: () => UNREDUCED },
      secret: 'a secret of tests',
    }
  }

  const engine = await process()
  return {
    engine,
    clock,
    owner,
    verifyStore: postgresVerifyStore(verifying, answerOfDecision),
    another: process,
    async close() {
      for (const close of closing) await close()
    },
  }
}
