import type { QueryArrayConfig } from 'pg'
import { assert } from '../../../core/shared/assert.ts'
import type { UsageEvent } from '../../../core/settlement/events.ts'
import type { Seen } from '../../../core/waterfall/effects.ts'
import type { CustomerState } from '../../../core/waterfall/state.ts'
import { int8Array, utf8Array, uuidArray } from '../arrays.ts'
import { checkOf } from '../codec/answer.ts'
import { writeRequest, writeSeen, writeTrace } from '../codec/decision.ts'
import { writeHold } from '../codec/hold.ts'
import { toUuid } from '../codec/ids.ts'
import { writeState, writeSubject } from '../codec/state.ts'
import { writeUsageDetail, writeUsageLines } from '../codec/usage-event.ts'
import { JsonWriter } from '../json-writer.ts'
import { RowWriter } from '../rows.ts'
import { commitSql, type Parts } from './commit-sql.ts'
import type { RowTypes } from './row-types.ts'
import type { DecisionWrite, KeyWrite, Planned } from './planning.ts'
import type { Entry } from './entry.ts'
import type { Flight } from './flight.ts'

/** Texts of the states of one batch: one that a call left is what the next one saw, and may become the row. */
export type StateTexts = Map<CustomerState, Buffer>

/** `known new`: no key of the batch was used before, or the statement fails as a whole. Looking them up costs a sixth. */
export type Keys = 'known new' | 'look up'

export interface Sending {
  readonly keys: Keys
  readonly texts?: StateTexts
  /** Named when the statement is one that another batch can build on. Absent: nothing else is under way. */
  readonly flight?: Flight
}

/**
 * The statement that commits a batch; its one row holds the customers that were left out, or null. It relies on the
 * batch before it as its entries do, so it must be sent before any of them changes.
 */
export function commitStatement(
  planned: Planned,
  types: RowTypes,
  { keys, texts = new Map(), flight }: Sending,
): QueryArrayConfig {
  for (const entry of planned.entries) texts.set(entry.committed, entry.committedText)
  const made = new JsonWriter(planned.entries.size * STATE_BYTES)
  const textOf: TextOf = (state) => {
    let text = texts.get(state)
    if (text === undefined) {
      text = made.part(state, writeState)
      texts.set(state, text)
    }
    return text
  }
  const relying = relyingOn(planned)
  const one = onlyEntry(planned)
  if (one !== null && relying === null) return commitOne(one, planned, types, { keys, textOf })
  const changed: Entry[] = []
  const kept: Entry[] = []
  for (const entry of planned.entries) (entry.changed ? changed : kept).push(entry)
  // One order of locking rows, in every process.
  changed.sort(byCustomer)
  const subjects = subjectRows(changed)
  const holds = holdRows(changed)
  const parts: Parts = {
    keys: planned.keys.length === 0 ? 'none' : keys,
    states: changed.length > 0,
    checks: kept.length > 0,
    subjects: subjects !== null,
    holds: holds !== null,
    decisions: planned.decisions.length > 0,
    usage: planned.usageEvents.length > 0,
    relying: relying !== null,
    named: flight !== undefined,
  }
  const values: unknown[] = []
  if (parts.states) values.push(...stateColumns(changed, textOf))
  if (parts.checks) {
    values.push(
      uuidArray(kept, (entry) => entry.customer),
      int8Array(kept, (entry) => entry.committed.version),
    )
  }
  if (relying !== null)
    values.push(
      relying.batch,
      uuidArray(relying.entries, (entry) => entry.customer),
    )
  if (parts.keys !== 'none') values.push(keyRows(planned.keys).end(types.idempotency_entry))
  if (subjects !== null) values.push(subjects.end(types.subject_state))
  if (holds !== null) values.push(holds.end(types.hold))
  if (parts.decisions) values.push(decisionRows(planned.decisions, textOf).end(types.decision))
  if (parts.usage)
    values.push(usageEventRows(planned.usageEvents).end(types.usage_event), ...dueNote(planned.usageEvents))
  if (flight !== undefined) {
    values.push(flight.name)
    flight.named = true
  }
  const { name, text } = commitSql(parts)
  return { name, text, values, rowMode: 'array' }
}

/** The entries that a batch under way leaves, and its name; null: everything relied on is known to be there. */
function relyingOn({ entries }: Planned): { batch: string | null; entries: Entry[] } | null {
  let relying: { batch: string | null; entries: Entry[] } | null = null
  for (const entry of entries) {
    if (entry.reliesOn === null) continue
    const { name } = entry.reliesOn
    relying ??= { batch: name, entries: [] }
    // One of two has failed, or it would have been answered before this one is sent: no name is that of both.
    if (relying.batch !== name) relying.batch = null
    relying.entries.push(entry)
  }
  return relying
}

/** The entry of a batch that has one customer and at most one row of each kind. */
function onlyEntry({ entries, keys, decisions, usageEvents }: Planned): Entry | null {
  if (entries.size !== 1 || keys.length > 1 || decisions.length > 1 || usageEvents.length > 1) return null
  for (const entry of entries) return entry.changedHolds.size > 1 ? null : entry
  return null
}

const COMMIT_ONE =
  'SELECT CASE WHEN spillway_commit_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) THEN NULL ELSE ARRAY[$1] END'

function commitOne(
  entry: Entry,
  planned: Planned,
  types: RowTypes,
  { keys, textOf }: { keys: Keys; textOf: TextOf },
): QueryArrayConfig {
  const { state, committed, changed } = entry
  const one = [entry]
  return {
    name: 'commit one',
    text: COMMIT_ONE,
    values: [
      toUuid(entry.customer),
      committed.version,
      state.version,
      changed ? sumOf(entry, 'available') : null,
      changed ? sumOf(entry, 'held') : null,
      changed ? state.debt : null,
      changed ? textOf(state) : null,
      keyRows(planned.keys).endOne(),
      keys === 'known new',
      subjectRows(one)?.end(types.subject_state) ?? null,
      holdRows(one)?.endOne() ?? null,
      decisionRows(planned.decisions, textOf).endOne(),
      usageEventRows(planned.usageEvents).endOne(),
    ],
    rowMode: 'array',
  }
}

const byCustomer = (a: Entry, b: Entry): number => (a.customer < b.customer ? -1 : 1)

type TextOf = (state: CustomerState) => Buffer

/** More than most take. */
const STATE_BYTES = 1_024

function stateColumns(entries: readonly Entry[], textOf: TextOf): Buffer[] {
  return [
    uuidArray(entries, (entry) => entry.customer),
    int8Array(entries, (entry) => entry.committed.version),
    int8Array(entries, (entry) => entry.state.version),
    int8Array(entries, (entry) => sumOf(entry, 'available')),
    int8Array(entries, (entry) => sumOf(entry, 'held')),
    int8Array(entries, (entry) => entry.state.debt),
    utf8Array(entries, (entry) => textOf(entry.state)),
  ]
}

const sumOf = ({ state }: Entry, amount: 'available' | 'held'): bigint =>
  state.grants.reduce((sum, grant) => sum + grant[amount], 0n)

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

/** Null: none changed. */
function subjectRows(entries: readonly Entry[]): RowWriter | null {
  let rows: RowWriter | null = null
  for (const { customer, subjects, changedSubjects } of entries) {
    for (const name of changedSubjects) {
      const row = subjects.get(name)
      if (row === undefined) continue
      rows ??= new RowWriter(3)
      rows.row()
      rows.uuid(customer)
      rows.text(name)
      rows.textOf(row, writeSubject)
    }
  }
  return rows
}

/** Null: none changed. */
function holdRows(entries: readonly Entry[]): RowWriter | null {
  let rows: RowWriter | null = null
  for (const { holds, changedHolds } of entries) {
    for (const id of changedHolds) {
      const hold = holds.get(id)
      if (!hold) continue
      rows ??= new RowWriter(8)
      rows.row()
      rows.uuid(hold.id)
      rows.uuid(hold.customer)
      rows.text(hold.status)
      rows.timestamp(hold.placedAtMs)
      rows.timestamp(hold.expiresAtMs)
      rows.int8(hold.granted)
      rows.int8(hold.captured)
      rows.textOf(hold, writeHold)
    }
  }
  return rows
}

function decisionRows(writes: readonly DecisionWrite[], textOf: TextOf): RowWriter {
  const rows = new RowWriter(18, writes.length * 3_072)
  const writeWhatWasSeen = (to: JsonWriter, seen: Seen): void => writeSeen(to, seen, textOf(seen.state))
  for (const { record, reply, answerFollows } of writes) {
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
    rows.textOf(request, writeRequest)
    rows.textOf(seen, writeWhatWasSeen)
    rows.textOf(record, writeTrace)
    rows.text(answerFollows ? checkOf(reply.body) : reply.body)
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
    rows.textOf(event.lines, writeUsageLines)
    rows.textOf(event, writeUsageDetail)
  }
  return rows
}

/** Customers with new usage, the least of the new events' ids, and when the first was recorded. */
function dueNote(events: readonly UsageEvent[]): [Buffer, string, string] {
  const [first] = events
  assert(first !== undefined, 'a note is of something')
  const customers = [...new Set(events.map((event) => event.customer))]
  let leastId = first.id
  let soonestMs = first.recordedAtMs
  for (const event of events) {
    if (event.id < leastId) leastId = event.id
    if (event.recordedAtMs < soonestMs) soonestMs = event.recordedAtMs
  }
  return [uuidArray(customers, (id) => id), leastId.slice(-32), new Date(soonestMs).toISOString()]
}
