import type { QueryArrayConfig } from 'pg'
import type { UsageEvent } from '../../../core/settlement/events.ts'
import type { CustomerState } from '../../../core/waterfall/state.ts'
import { int8Array, uuidArray } from '../arrays.ts'
import { encodeRequest, encodeSeen, encodeTrace } from '../codec/decision.ts'
import { encodeHold } from '../codec/hold.ts'
import { encodeState, encodeSubject } from '../codec/state.ts'
import { encodeUsageDetail, encodeUsageLines } from '../codec/usage-event.ts'
import { RowWriter } from '../rows.ts'
import type { RowTypes } from './row-types.ts'
import type { DecisionWrite, KeyWrite, Planned } from './planning.ts'
import type { Entry } from './entry.ts'

/** Texts of the states of one batch: one that a call left is what the next one saw, and may become the row. */
export type StateTexts = Map<CustomerState, string>

/** `known new`: no key of the batch was used before, or the statement fails as a whole. Looking them up costs a sixth. */
export type Keys = 'known new' | 'look up'

/** The statement that commits a batch; its one row holds the customers that were left out. */
export function commitStatement(
  planned: Planned,
  types: RowTypes,
  keys: Keys,
  texts: StateTexts = new Map(),
): QueryArrayConfig {
  for (const entry of planned.entries) texts.set(entry.committed, entry.committedText)
  const textOf: TextOf = (state) => {
    let text = texts.get(state)
    if (text === undefined) {
      text = encodeState(state)
      texts.set(state, text)
    }
    return text
  }
  const entries = [...planned.entries].sort((a, b) => (a.customer < b.customer ? -1 : 1))
  const changed = entries.filter((entry) => entry.changed)
  const kept = entries.filter((entry) => !entry.changed)
  const values = [
    stateRows(changed, textOf).end(types.customer_state),
    int8Array(changed, (entry) => entry.committed.version),
    uuidArray(kept, (entry) => entry.customer),
    int8Array(kept, (entry) => entry.committed.version),
    keyRows(planned.keys).end(types.idempotency_entry),
    keys === 'known new',
    subjectRows(changed).end(types.subject_state),
    holdRows(changed).end(types.hold),
    decisionRows(planned.decisions, textOf).end(types.decision),
    usageEventRows(planned.usageEvents).end(types.usage_event),
    ...dueNote(planned.usageEvents),
  ]
  return { name: 'commit', text: COMMIT, values, rowMode: 'array' }
}

const COMMIT = 'SELECT spillway_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)'

type TextOf = (state: CustomerState) => string

function stateRows(entries: readonly Entry[], textOf: TextOf): RowWriter {
  const rows = new RowWriter(6, entries.length * 768)
  for (const { customer, state } of entries) {
    let available = 0n
    let held = 0n
    for (const grant of state.grants) {
      available += grant.available
      held += grant.held
    }
    rows.row()
    rows.uuid(customer)
    rows.int8(state.version)
    rows.int8(available)
    rows.int8(held)
    rows.int8(state.debt)
    rows.text(textOf(state))
  }
  return rows
}

function keyRows(keys: readonly KeyWrite[]): RowWriter {
  const rows = new RowWriter(8, keys.length * 384)
  for (const key of keys) {
    rows.row()
    rows.uuid(key.customer)
    rows.text(key.operation)
    rows.text(key.key)
    rows.uuid(key.fingerprint)
    rows.int2(key.status)
    rows.uuid(key.decision)
    rows.timestamp(key.atMs)
    rows.text(key.body)
  }
  return rows
}

function subjectRows(entries: readonly Entry[]): RowWriter {
  const rows = new RowWriter(3)
  for (const { customer, subjects, changedSubjects } of entries) {
    for (const name of changedSubjects) {
      const row = subjects.get(name)
      if (row === undefined) continue
      rows.row()
      rows.uuid(customer)
      rows.text(name)
      rows.text(encodeSubject(row))
    }
  }
  return rows
}

function holdRows(entries: readonly Entry[]): RowWriter {
  const rows = new RowWriter(8)
  for (const { holds, changedHolds } of entries) {
    for (const id of changedHolds) {
      const hold = holds.get(id)
      if (!hold) continue
      rows.row()
      rows.uuid(hold.id)
      rows.uuid(hold.customer)
      rows.text(hold.status)
      rows.timestamp(hold.placedAtMs)
      rows.timestamp(hold.expiresAtMs)
      rows.int8(hold.granted)
      rows.int8(hold.captured)
      rows.text(encodeHold(hold))
    }
  }
  return rows
}

function decisionRows(writes: readonly DecisionWrite[], textOf: TextOf): RowWriter {
  const rows = new RowWriter(18, writes.length * 3_072)
  for (const { record, reply } of writes) {
    const { decision, request, seen } = record
    rows.row()
    rows.uuid(decision.customer)
    rows.uuid(decision.id)
    rows.int8(decision.stateVersion)
    rows.timestamp(decision.atMs)
    rows.text(request.mode.kind)
    rows.text(decision.outcome)
    rows.text(decision.denial?.reason ?? null)
    rows.text(decision.denial?.layer ?? null)
    rows.text(request.feature)
    rows.text(request.subject)
    rows.int8(decision.cost)
    rows.int8(decision.granted)
    rows.int4(decision.policyVersion)
    rows.int2(reply.status)
    rows.text(encodeRequest(request))
    rows.text(encodeSeen(seen, textOf(seen.state)))
    rows.text(encodeTrace(record))
    rows.text(reply.body)
  }
  return rows
}

function usageEventRows(events: readonly UsageEvent[]): RowWriter {
  const rows = new RowWriter(14, events.length * 768)
  for (const event of events) {
    rows.row()
    rows.uuid(event.customer)
    rows.int8(event.version)
    rows.uuid(event.id)
    rows.uuid(event.decision)
    rows.uuid(event.hold)
    rows.text(event.subject)
    rows.text(event.task)
    rows.text(event.feature)
    rows.int8(event.cost)
    rows.int4(event.policyVersion)
    rows.timestamp(event.effectiveAtMs)
    rows.timestamp(event.recordedAtMs)
    rows.text(encodeUsageLines(event.lines))
    rows.text(encodeUsageDetail(event))
  }
  return rows
}

/** Customers with new usage, the least of the new events' ids, and when the first was recorded. */
function dueNote(events: readonly UsageEvent[]): [Buffer, string | null, string | null] {
  const [first] = events
  if (first === undefined) return [uuidArray([], () => null), null, null]
  const customers = [...new Set(events.map((event) => event.customer))]
  let leastId = first.id
  let soonestMs = first.recordedAtMs
  for (const event of events) {
    if (event.id < leastId) leastId = event.id
    if (event.recordedAtMs < soonestMs) soonestMs = event.recordedAtMs
  }
  return [uuidArray(customers, (id) => id), leastId.slice(-32), new Date(soonestMs).toISOString()]
}
