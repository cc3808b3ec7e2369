import { assert } from '../../core/shared/assert.ts'
import { emptyHead } from '../../core/ledger/chain.ts'
import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { checkEffects } from '../../core/waterfall/check-effects.ts'
import { type LedgerSnapshot, type Needs, OPEN_HOLDS_BOUND, type Snapshot } from '../../core/waterfall/effects.ts'
import { mergeNeeds } from '../../core/waterfall/merge-needs.ts'
import { emptySubject } from '../../core/waterfall/rows.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import {
  type CustomerStateStore,
  type IdempotencyKey,
  type Operation,
  PLAN_ROUNDS,
  type Plan,
  type TransactResult,
} from '../../ports/customer-state.ts'
import { appendAudit } from './audit-log.ts'
import { applyEffects, applyRecords } from './apply-effects.ts'
import { idempotencyKey, type MemoryDatabase } from './database.ts'

/** `transact` on maps: the whole of one call happens between two awaits, so no call ever sees half of another. */
export function memoryCustomerState(db: MemoryDatabase): CustomerStateStore {
  const running = new Map<string, string>()

  return {
    async transact(customer, operation) {
      const { idempotency } = operation
      if (idempotency === null) return run(db, customer, operation)
      const key = idempotencyKey(customer, idempotency.operation, idempotency.key)
      const earlier = running.get(key)
      if (earlier !== undefined) return { kind: earlier === idempotency.fingerprint ? 'in_flight' : 'key_reused' }
      running.set(key, idempotency.fingerprint)
      try {
        await Promise.resolve()
        return run(db, customer, operation)
      } finally {
        running.delete(key)
      }
    },

    async create({ state, externalId, name, kind, createdAtMs, audit, refreshes, once }) {
      const key = once === null ? null : creationKey(once.idempotency)
      const known = key === null ? undefined : db.idempotency.get(key)
      if (known !== undefined) {
        const { fingerprint, status, body } = known
        const same = fingerprint === once?.idempotency.fingerprint
        return same ? { kind: 'replayed', reply: { status, body } } : { kind: 'key_reused' }
      }
      const taken = externalId === null ? undefined : db.customerByExternalId.get(externalId)
      if (taken !== undefined) return { kind: 'taken', customer: taken }
      assert(state.version === 1 && !db.states.has(state.customer), 'a new customer starts at version 1')
      appendAudit(db, audit)
      db.customers.set(state.customer, { id: state.customer, externalId, name, kind, createdAtMs })
      if (externalId !== null) db.customerByExternalId.set(externalId, state.customer)
      db.states.set(state.customer, state)
      db.ledgerHeads.set(state.customer, emptyHead(state.customer))
      db.refreshDue.set(state.customer, refreshes)
      if (key !== null && once !== null) {
        const { idempotency, reply } = once
        db.idempotency.set(key, { fingerprint: idempotency.fingerprint, ...reply, recordedAtMs: createdAtMs })
      }
      return { kind: 'created' }
    },
  }
}

function run(db: MemoryDatabase, customer: CustomerId, operation: Operation): TransactResult {
  const state = db.states.get(customer)
  if (state === undefined) return { kind: 'unknown_customer' }
  const { idempotency } = operation
  const key = idempotency === null ? null : idempotencyKey(customer, idempotency.operation, idempotency.key)
  const known = key === null ? undefined : db.idempotency.get(key)
  if (known !== undefined) {
    if (known.fingerprint !== idempotency?.fingerprint) return { kind: 'key_reused' }
    return { kind: 'done', reply: { status: known.status, body: known.body }, replayed: true }
  }

  const { plan, needs, usedKeys } = settledPlan(db, state, operation)
  if (plan.kind === 'answer') return { kind: 'done', reply: plan.reply, replayed: false }
  checkEffects(state, plan.effects)
  assert(plan.effects.ledger === undefined || needs.ledger === true, 'who changes the ledger has asked for it')
  applyEffects(db, customer, plan.effects)
  applyRecords(db, customer, plan.records, plan.reply)
  const recordedAtMs = plan.effects.state?.atMs ?? plan.records.decision?.decision.atMs ?? state.atMs
  if (key !== null && idempotency !== null) {
    db.idempotency.set(key, { fingerprint: idempotency.fingerprint, ...plan.reply, recordedAtMs })
  }
  if (plan.effects.state !== null) {
    for (const name of needs.singleUse ?? []) {
      if (!usedKeys.has(name))
        db.idempotency.set(singleUseKey(customer, name), { fingerprint: '', status: 0, body: '', recordedAtMs })
    }
  }
  return { kind: 'done', reply: plan.reply, replayed: false }
}

function settledPlan(
  db: MemoryDatabase,
  state: CustomerState,
  operation: Operation,
): { plan: Exclude<Plan, { kind: 'needs' }>; needs: Needs; usedKeys: ReadonlySet<string> } {
  let { needs } = operation
  for (let round = 0; round < PLAN_ROUNDS; round++) {
    const snapshot = load(db, state, needs)
    const plan = operation.plan(snapshot)
    if (plan.kind !== 'needs') return { plan, needs, usedKeys: snapshot.usedKeys }
    needs = mergeNeeds(needs, plan.needs)
  }
  assert(false, `a plan is satisfied within ${PLAN_ROUNDS} rounds`)
}

function load(db: MemoryDatabase, state: CustomerState, needs: Needs): Snapshot {
  const { customer } = state
  const subjects = db.subjects.get(customer)
  const holds = (needs.holds ?? []).flatMap((id) => {
    const hold = db.holds.get(id)
    return hold === undefined || hold.customer !== customer ? [] : [[id, hold] as const]
  })
  return {
    state,
    subjects: new Map((needs.subjects ?? []).map((name) => [name, subjects?.get(name) ?? emptySubject(name)])),
    holds: new Map(holds),
    openHolds: needs.openHolds === true ? openHolds(db, customer) : null,
    ledger: needs.ledger === true ? ledgerOf(db, state, needs) : null,
    usedKeys: new Set((needs.singleUse ?? []).filter((name) => db.idempotency.has(singleUseKey(customer, name)))),
  }
}

const openHolds = (db: MemoryDatabase, customer: CustomerId) =>
  [...(db.openHolds.get(customer)?.values() ?? [])]
    .sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1))
    .slice(0, OPEN_HOLDS_BOUND)

function ledgerOf(db: MemoryDatabase, state: CustomerState, needs: Needs): LedgerSnapshot {
  const { customer } = state
  const head = db.ledgerHeads.get(customer)
  assert(head !== undefined, 'a customer has a ledger head')
  const named = new Set([...state.grants.map((grant) => grant.id), ...(needs.grants ?? [])])
  const current = (grant: LedgerGrant): boolean =>
    grant.balance > 0n || grant.expiresAtMs === null || grant.expiresAtMs > state.atMs || named.has(grant.id)
  const grants = [...(db.grantsOf.get(customer)?.values() ?? [])].filter(current)
  return {
    head,
    grants: new Map(grants.map((grant) => [grant.id, grant])),
    pending: (db.usageEventsOf.get(customer) ?? []).filter((event) => event.version > head.settledVersion),
  }
}

/** Nobody's: there is no customer yet when it is looked up. */
const creationKey = ({ operation, key }: IdempotencyKey): string => idempotencyKey('', operation, key)

/** `operation/key`, of a single-use key. */
function singleUseKey(customer: CustomerId, name: string): string {
  const slash = name.indexOf('/')
  return idempotencyKey(customer, name.slice(0, slash), name.slice(slash + 1))
}
