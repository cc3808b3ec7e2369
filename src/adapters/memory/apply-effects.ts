import { assert } from '../../core/shared/assert.ts'
import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { CustomerId, GrantId } from '../../core/shared/ids.ts'
import type { Effects } from '../../core/waterfall/effects.ts'
import type { Records, Reply } from '../../ports/customer-state.ts'
import { appendAudit } from './audit-log.ts'
import { type MemoryDatabase, rowsOf } from './database.ts'

/** Writes what one plan returned. The caller has checked it against the state that it replaces. */
export function applyEffects(db: MemoryDatabase, customer: CustomerId, effects: Effects): void {
  if (effects.state === null) return
  if (effects.ledger !== undefined) applyLedger(db, customer, effects.ledger)
  db.states.set(customer, effects.state)
  const subjects = rowsOf(db.subjects, customer, () => new Map())
  for (const row of effects.subjects ?? []) subjects.set(row.subject, row)
  const open = rowsOf(db.openHolds, customer, () => new Map())
  for (const hold of effects.holds ?? []) {
    db.holds.set(hold.id, hold)
    if (hold.status === 'open') open.set(hold.id, hold)
    else open.delete(hold.id)
  }
  const usageEvents = effects.usageEvents ?? []
  rowsOf(db.usageEventsOf, customer, () => []).push(...usageEvents)
  const last = usageEvents.at(-1)
  if (last !== undefined) db.dueNotes.push({ customers: [customer], recordedAtMs: last.recordedAtMs })
}

/** Writes a ledger change: the settler's, or one that a plan made together with the customer's state. */
export function applyLedger(db: MemoryDatabase, customer: CustomerId, ledger: NonNullable<Effects['ledger']>): void {
  const updates = rowsOf(db.balanceUpdatesOf, customer, () => [])
  const grants = rowsOf(db.grantsOf, customer, () => new Map())
  checkLedger(db, updates.length, grants, ledger)
  updates.push(...ledger.updates)
  for (const grant of ledger.grants) {
    grants.set(grant.id, grant)
    db.grants.set(grant.id, grant)
  }
  for (const event of ledger.monetizationEvents ?? []) {
    db.monetizationEvents.set(event.usageEvent, event)
    rowsOf(db.monetizationEventsOf, customer, () => []).push(event)
  }
  db.ledgerHeads.set(customer, ledger.head)
}

/** What PostgreSQL's constraints say. Before the first row is written, so that a refused change leaves nothing behind. */
function checkLedger(
  db: MemoryDatabase,
  length: number,
  grants: ReadonlyMap<GrantId, LedgerGrant>,
  ledger: NonNullable<Effects['ledger']>,
): void {
  ledger.updates.forEach((update, i) => {
    assert(update.seq === length + i + 1, 'balance updates have no gap')
    assert(update.balanceAfter === update.balanceBefore + update.delta, 'a balance update adds up')
    assert(update.balanceAfter >= 0n, 'no balance is below zero')
  })
  const sources = new Map([...grants.values(), ...ledger.grants].map((grant) => [grant.source, grant.id]))
  for (const grant of ledger.grants) {
    assert(grant.balance >= 0n, 'no balance is below zero')
    assert(grant.balance === grant.amount - grant.spent - grant.expired - grant.revoked, 'a grant adds up')
  }
  assert(
    sources.size === new Set([...grants.keys(), ...ledger.grants.map((grant) => grant.id)]).size,
    'a source grants once',
  )
  for (const event of ledger.monetizationEvents ?? []) {
    assert(!db.monetizationEvents.has(event.usageEvent), 'a usage event is monetized once')
  }
}

export function applyRecords(db: MemoryDatabase, customer: CustomerId, records: Records, reply: Reply): void {
  if (records.decision !== undefined) {
    const { decision } = records.decision
    const row = { ...records.decision, recordedAtMs: decision.atMs, answer: reply.body, status: reply.status }
    db.decisions.set(decision.id, row)
    rowsOf(db.decisionsOf, customer, () => []).push(row)
  }
  if (records.refreshes !== undefined) db.refreshDue.set(customer, records.refreshes)
  const named = db.customers.get(customer)
  if (records.customer?.name !== undefined && named !== undefined) {
    db.customers.set(customer, { ...named, name: records.customer.name })
  }
  if (records.audit !== undefined) appendAudit(db, records.audit)
}
