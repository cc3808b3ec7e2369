import type { QueryArrayConfig, QueryArrayResult } from 'pg'
import type { Hold } from '../../../core/hold/hold.ts'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { OPEN_HOLDS_BOUND } from '../../../core/waterfall/effects.ts'
import { emptySubject } from '../../../core/waterfall/rows.ts'
import type { RenderAnswer } from '../../../ports/customer-state.ts'
import { textArray, uuidArray } from '../arrays.ts'
import { isCheck, sentAnswer } from '../codec/answer.ts'
import { DECISION_COLUMNS, type DecisionRow, decodeDecision } from '../codec/decision.ts'
import { decodeHold } from '../codec/hold.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { decodeState, decodeSubject } from '../codec/state.ts'
import type { Call } from './call.ts'
import { Entry } from './entry.ts'
import type { KnownReply } from './replies.ts'

/** A connection on which statements may be sent without waiting, or one inside a transaction: all that reading needs. */
export interface Session {
  query(statement: QueryArrayConfig): Promise<QueryArrayResult>
}

type Named = readonly { readonly customer: CustomerId; readonly name: string }[]

const read = async <R>(session: Session, name: string, text: string, values: Buffer[]): Promise<R[]> =>
  (await session.query({ name, text, values, rowMode: 'array' })).rows as R[]

const STATES = `SELECT q.n::int, s.doc FROM unnest($1::uuid[]) WITH ORDINALITY AS q (customer, n)
  CROSS JOIN LATERAL (SELECT doc FROM customer_state WHERE customer_id = q.customer`

/** States as entries. `customers` is sorted; `lock` takes their rows in that order, until the transaction ends. */
export async function loadStates(
  session: Session,
  customers: readonly CustomerId[],
  lock: 'lock' | 'look',
): Promise<Entry[]> {
  const rows = await read<[number, string]>(
    session,
    `states_${lock}`,
    `${STATES} ${lock === 'lock' ? 'FOR UPDATE' : ''} OFFSET 0) AS s`,
    [uuidArray(customers, (id) => id)],
  )
  return rows.map(([n, doc]) => new Entry(decodeState(customers[n - 1] as CustomerId, doc), doc))
}

/** What the plans of these calls need of their entries and is not there. */
export interface Missing {
  readonly subjects: { customer: CustomerId; name: string }[]
  readonly holds: { customer: CustomerId; name: string }[]
  readonly openHolds: Set<CustomerId>
  readonly singleUse: { customer: CustomerId; name: string }[]
}

/** `entryOf` undefined: the customer's state is being loaded as well, so all of its rows are missing. */
export function missingRows(
  calls: readonly Call[],
  entryOf: (customer: CustomerId) => Entry | undefined,
): Missing | null {
  const missing: Missing = { subjects: [], holds: [], openHolds: new Set(), singleUse: [] }
  let any = false
  for (const { customer, needs } of calls) {
    const entry = entryOf(customer)
    for (const name of needs.subjects ?? []) {
      if (entry?.subjects.has(name)) continue
      missing.subjects.push({ customer, name })
      any = true
    }
    for (const name of needs.holds ?? []) {
      if (entry?.holds.has(name)) continue
      missing.holds.push({ customer, name })
      any = true
    }
    for (const name of needs.singleUse ?? []) {
      if (entry?.singleUse.has(name)) continue
      missing.singleUse.push({ customer, name })
      any = true
    }
    if (needs.openHolds === true && (entry === undefined || entry.openHolds === null)) {
      missing.openHolds.add(customer)
      any = true
    }
  }
  return any ? missing : null
}

/** Sends every read at once and gives what fills the entries, once all have been answered. */
export async function loadRows(
  session: Session,
  missing: Missing,
): Promise<(entryOf: (customer: CustomerId) => Entry | undefined) => void> {
  const { subjects, holds, singleUse } = missing
  const customers = [...missing.openHolds]
  const [subjectRows, holdRows, openRows, usedRows] = await Promise.all([
    subjects.length === 0 ? [] : loadSubjects(session, subjects),
    holds.length === 0 ? [] : loadHolds(session, holds),
    customers.length === 0 ? [] : loadOpenHolds(session, customers),
    singleUse.length === 0 ? [] : loadSingleUse(session, singleUse),
  ])
  return (entryOf) => {
    for (const { customer, name } of subjects) {
      const entry = entryOf(customer)
      if (!entry?.subjects.has(name)) entry?.setSubject(emptySubject(name))
    }
    for (const [n, doc] of subjectRows) {
      const { customer, name } = subjects[n - 1] as Named[number]
      const entry = entryOf(customer)
      if (!entry?.changedSubjects.has(name)) entry?.setSubject(decodeSubject(name, doc))
    }
    for (const { customer, name } of holds) {
      const entry = entryOf(customer)
      if (!entry?.holds.has(name)) entry?.setHold(name, null)
    }
    for (const [n, doc] of holdRows) {
      const { customer, name } = holds[n - 1] as Named[number]
      const entry = entryOf(customer)
      if (!entry?.changedHolds.has(name)) entry?.setHold(name, decodeHold(customer, name, doc))
    }
    for (const { customer, name } of singleUse) {
      const entry = entryOf(customer)
      if (!entry?.singleUse.has(name)) entry?.setSingleUse(name, false)
    }
    for (const [n] of usedRows) {
      const { customer, name } = singleUse[n - 1] as Named[number]
      entryOf(customer)?.setSingleUse(name, true)
    }
    const stored = customers.map((): Hold[] => [])
    for (const [n, id, doc] of openRows)
      stored[n - 1]?.push(decodeHold(customers[n - 1] as CustomerId, fromUuid('hold', id), doc))
    customers.forEach((customer, i) => entryOf(customer)?.setOpenHolds(stored[i] ?? []))
  }
}

const loadSubjects = (session: Session, subjects: Named): Promise<[number, string][]> =>
  read(
    session,
    'subjects',
    `SELECT q.n::int, s.doc FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS q (customer, subject, n)
      CROSS JOIN LATERAL (SELECT doc FROM subject_state WHERE customer_id = q.customer AND subject = q.subject OFFSET 0) AS s`,
    [uuidArray(subjects, (row) => row.customer), textArray(subjects, (row) => row.name)],
  )

const loadHolds = (session: Session, holds: Named): Promise<[number, string][]> =>
  read(
    session,
    'holds',
    `SELECT q.n::int, h.doc FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS q (id, customer, n)
      CROSS JOIN LATERAL (SELECT doc FROM hold WHERE id = q.id AND customer_id = q.customer OFFSET 0) AS h`,
    [uuidArray(holds, (row) => row.name), uuidArray(holds, (row) => row.customer)],
  )

const loadOpenHolds = (session: Session, customers: readonly CustomerId[]): Promise<[number, string, string][]> =>
  read(
    session,
    'open_holds',
    `SELECT q.n::int, h.id, h.doc FROM unnest($1::uuid[]) WITH ORDINALITY AS q (customer, n)
      CROSS JOIN LATERAL (SELECT id, doc FROM hold WHERE customer_id = q.customer AND status = 'open'
        ORDER BY expires_at LIMIT ${OPEN_HOLDS_BOUND}) AS h`,
    [uuidArray(customers, (id) => id)],
  )

const loadSingleUse = (session: Session, keys: Named): Promise<[number][]> =>
  read(
    session,
    'single_use',
    `SELECT q.n::int FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS q (customer, operation, key, n)
      CROSS JOIN LATERAL (SELECT FROM idempotency_entry
        WHERE customer_id = q.customer AND operation = q.operation AND key = q.key OFFSET 0) AS i`,
    [
      uuidArray(keys, (row) => row.customer),
      textArray(keys, (row) => singleUseOperation(row.name)),
      textArray(keys, (row) => singleUseKey(row.name)),
    ],
  )

/** A single-use key is written `operation/key`; the operation has no slash. */
export const singleUseOperation = (name: string): string => name.slice(0, name.indexOf('/'))
export const singleUseKey = (name: string): string => name.slice(name.indexOf('/') + 1)

/** Replies of those calls whose keys are used. */
export async function loadReplies(
  session: Session,
  calls: readonly Call[],
  render: RenderAnswer | null,
): Promise<Map<Call, KnownReply>> {
  const keyed = calls.filter((call) => call.name !== null)
  if (keyed.length === 0) return new Map()
  const rows = await read<[number, string, number, string, string | null]>(
    session,
    'replies',
    `SELECT q.n::int, i.fingerprint::text, i.status, coalesce(i.body, d.answer), i.decision_id
      FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS q (customer, operation, key, n)
      CROSS JOIN LATERAL (SELECT fingerprint, status, body, decision_id FROM idempotency_entry
        WHERE customer_id = q.customer AND operation = q.operation AND key = q.key OFFSET 0) AS i
      LEFT JOIN LATERAL (SELECT answer FROM decision WHERE customer_id = q.customer AND id = i.decision_id OFFSET 0) AS d ON true`,
    [
      uuidArray(keyed, (call) => call.customer),
      textArray(keyed, (call) => call.operation.idempotency?.operation ?? null),
      textArray(keyed, (call) => call.operation.idempotency?.key ?? null),
    ],
  )
  const found = new Map<Call, KnownReply>()
  for (const [n, fingerprint, status, text, decision] of rows) {
    const call = keyed[n - 1] as Call
    const body = isCheck(text) && decision !== null ? await loadAnswer(session, call, decision, render) : text
    found.set(call, { fingerprint: fingerprint.replaceAll('-', ''), reply: { status, body } })
  }
  return found
}

/** One that was not kept because it follows from its decision. Repetitions that are not remembered are rare. */
async function loadAnswer(
  session: Session,
  { customer }: Call,
  decision: string,
  render: RenderAnswer | null,
): Promise<string> {
  const { rows } = await session.query({
    name: 'answer',
    text: `SELECT ${DECISION_COLUMNS} FROM decision WHERE customer_id = $1 AND id = $2`,
    values: [toUuid(customer), decision],
    rowMode: 'array',
  })
  const [values] = rows
  assert(values !== undefined, 'an entry names a decision that exists')
  const row = Object.fromEntries(
    DECISION_COLUMNS.split(', ').map((name, i) => [name, values[i]]),
  ) as unknown as DecisionRow
  return sentAnswer(row.answer, decodeDecision(row).decision, render)
}
