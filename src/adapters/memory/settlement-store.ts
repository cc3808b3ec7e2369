import { backOffMs } from '../../core/settlement/back-off.ts'
import { assert } from '../../core/shared/assert.ts'
import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Backlog, SettlementPlan, SettlementStore } from '../../ports/settlement-store.ts'
import type { Clock } from '../../ports/system.ts'
import { applyLedger } from './apply-effects.ts'
import type { DueNote, MemoryDatabase } from './database.ts'

/** A note that waits, for a customer whose event failed. */
interface WaitingNote extends DueNote {
  readonly notBeforeMs: number
}

interface FailureRow {
  readonly attempts: number
  readonly reason: string
  readonly lastAtMs: number
  readonly customer: CustomerId
  readonly version: number
}

/** Settles between two awaits: one settler's batch is never seen half done by another. */
export function memorySettlementStore(db: MemoryDatabase, clock: Clock): SettlementStore {
  // Only this store writes failures, so every row has the columns of FailureRow.
  const failures = db.settlementFailures as Map<string, FailureRow>

  function claim(maxNotes: number, nowMs: number): DueNote[] {
    const isDue = (note: DueNote): boolean => !('notBeforeMs' in note) || (note as WaitingNote).notBeforeMs <= nowMs
    return db.dueNotes.filter(isDue).slice(0, maxNotes)
  }

  const failuresOf = (customer: CustomerId) => [...failures].filter(([, row]) => row.customer === customer)

  function backlogOf(customer: CustomerId, maxEvents: number): Backlog {
    const head = db.ledgerHeads.get(customer)
    assert(head !== undefined, 'every customer has a ledger head')
    const events = (db.usageEventsOf.get(customer) ?? [])
      .filter(({ version }) => version > head.settledVersion)
      .slice(0, maxEvents)
    const grants = new Map<string, LedgerGrant>()
    for (const line of events.flatMap(({ lines }) => lines)) {
      const grant = line.kind === 'grant' ? db.grants.get(line.source) : undefined
      if (grant?.customer === customer) grants.set(grant.id, grant)
    }
    const attempts = new Map(failuresOf(customer).map(([event, row]) => [event, row.attempts]))
    return { customer, head, events, grants, attempts, refusals: new Map() }
  }

  function write(backlog: Backlog, plan: SettlementPlan, nowMs: number): void {
    const { customer } = backlog
    applyLedger(db, customer, plan)
    for (const { event, reason, dead } of plan.failures) {
      const attempts = (backlog.attempts.get(event.id) ?? 0) + 1
      if (dead) db.deadLetters.push({ event, reason, attempts, diedAtMs: nowMs })
      else failures.set(event.id, { attempts, reason, lastAtMs: nowMs, customer, version: event.version })
    }
    for (const [event, row] of failuresOf(customer)) {
      if (row.version <= plan.head.settledVersion) failures.delete(event)
    }
  }

  /** What could be written of the backlog: all, its first event alone, or that one's failure. */
  function planWritable(
    backlog: Backlog,
    plan: (backlog: Backlog) => SettlementPlan,
  ): { backlog: Backlog; plan: SettlementPlan } {
    const whole = plan(backlog)
    if (refusalOf(db, backlog, whole) === null) return { backlog, plan: whole }
    const first = { ...backlog, events: backlog.events.slice(0, 1) }
    const alone = plan(first)
    const refusal = refusalOf(db, first, alone)
    if (refusal === null) return { backlog: first, plan: alone }
    const refused = { ...first, refusals: new Map(first.events.map(({ id }) => [id, refusal])) }
    return { backlog: refused, plan: plan(refused) }
  }

  return {
    async settleDue({ maxNotes, maxEventsPerCustomer }, plan) {
      const nowMs = clock.nowMs()
      const notes = claim(maxNotes, nowMs)
      const customers = [...new Set(notes.flatMap((note) => note.customers))].sort()
      const recordedAtMs = Math.min(...notes.map((note) => note.recordedAtMs))
      const waits = (customer: CustomerId): boolean =>
        failuresOf(customer).some(([, row]) => row.lastAtMs + backOffMs(row.attempts) > nowMs)

      // Every plan is made before anything is written: one that throws leaves the database as it was.
      const loaded = customers
        .filter((customer) => !waits(customer))
        .map((customer) => backlogOf(customer, maxEventsPerCustomer))
      const planned = loaded.filter(({ events }) => events.length > 0).map((backlog) => planWritable(backlog, plan))

      const stays: (DueNote | WaitingNote)[] = []
      let events = 0
      let oldestRecordedAtMs: number | null = null
      for (const one of planned) {
        write(one.backlog, one.plan, nowMs)
        const { customer } = one.backlog
        const failed = one.plan.failures.find(({ dead }) => !dead)
        const last = db.usageEventsOf.get(customer)?.at(-1)
        const note = { customers: [customer], recordedAtMs }
        if (failed !== undefined) {
          const attempts = (one.backlog.attempts.get(failed.event.id) ?? 0) + 1
          stays.push({ ...note, notBeforeMs: nowMs + backOffMs(attempts) })
        } else if (last !== undefined && last.version > one.plan.head.settledVersion) stays.push(note)
        events += one.plan.monetizationEvents.length
        const oldest = one.plan.monetizationEvents.length > 0 ? one.backlog.events[0] : undefined
        if (oldest !== undefined)
          oldestRecordedAtMs = Math.min(oldestRecordedAtMs ?? oldest.recordedAtMs, oldest.recordedAtMs)
      }
      const ended = new Set(notes)
      const left = db.dueNotes.filter((note) => !ended.has(note))
      db.dueNotes.splice(0, db.dueNotes.length, ...left, ...stays)
      const moved = planned.filter(
        ({ backlog, plan: { head } }) =>
          head.settledVersion !== backlog.head.settledVersion || head.seq !== backlog.head.seq,
      )
      return {
        notes: notes.length,
        customers: moved.map(({ backlog }) => backlog.customer),
        events,
        oldestRecordedAtMs,
      }
    },

    async lag(nowMs) {
      if (db.dueNotes.length === 0) return { dueNotes: 0, oldestMs: null }
      const oldest = db.dueNotes.reduce((least, note) => Math.min(least, note.recordedAtMs), Number.POSITIVE_INFINITY)
      return { dueNotes: db.dueNotes.length, oldestMs: Math.max(0, nowMs - oldest) }
    },

    async deadLetters(limit) {
      return db.deadLetters.toReversed().slice(0, Math.min(limit, 500))
    },
  }
}

/** Why PostgreSQL's constraints would refuse the plan; null when they would not. */
function refusalOf(db: MemoryDatabase, backlog: Backlog, plan: SettlementPlan): string | null {
  const monetized = new Set<string>()
  for (const event of plan.monetizationEvents) {
    if (db.monetizationEvents.has(event.usageEvent) || monetized.has(event.usageEvent)) {
      return `usage event ${event.usageEvent} is monetized already`
    }
    monetized.add(event.usageEvent)
  }
  const first = (db.balanceUpdatesOf.get(backlog.customer)?.length ?? 0) + 1
  for (const [index, update] of plan.updates.entries()) {
    if (update.seq !== first + index) return `balance update ${update.seq} is out of order`
    if (update.balanceAfter !== update.balanceBefore + update.delta)
      return `balance update ${update.seq} does not add up`
    if (update.balanceBefore < 0n || update.balanceAfter < 0n) return `balance update ${update.seq} is below zero`
  }
  for (const grant of plan.grants) {
    if (grant.balance < 0n || grant.balance !== grant.amount - grant.spent - grant.expired - grant.revoked) {
      return `grant ${grant.id} does not add up`
    }
  }
  return null
}
