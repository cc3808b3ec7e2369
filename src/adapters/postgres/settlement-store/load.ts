import type { LedgerGrant, LedgerHead, UsageEvent } from '../../../core/settlement/events.ts'
import { backOffMs } from '../../../core/settlement/back-off.ts'
import { type CustomerId, isId } from '../../../core/shared/ids.ts'
import type { Backlog } from '../../../ports/settlement-store.ts'
import { int8Array, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'
import { decodeGrant, GRANT_COLUMNS, type GrantRow } from '../codec/ledger.ts'
import { inTurns } from './in-turns.ts'
import type { KnownLedgers } from './known-ledgers.ts'
import { readEventJson, USAGE_EVENT_JSON } from './event-json.ts'

export interface LoadBounds {
  readonly nowMs: number
  readonly maxEventsPerCustomer: number
  /** Of all customers together; at least `maxEventsPerCustomer` are loaded whatever it says. */
  readonly maxEvents: number
  readonly ledgers: KnownLedgers
}

/**
 * What each locked customer has to settle. Customers whose failed event is not due again yet are left out: the note that
 * was written with that failure is still there. `unreached` did not fit into this batch.
 */
export async function loadBacklogs(
  transaction: Transaction,
  heads: readonly LedgerHead[],
  bounds: LoadBounds,
): Promise<{ backlogs: Backlog[]; unreached: readonly CustomerId[] }> {
  const { events, refusals, unreached, failing } = await loadEvents(transaction, heads, bounds)
  const attempts = failing ? await loadAttempts(transaction, heads, bounds.nowMs) : NOBODY_FAILED
  for (const [customer, { waiting }] of attempts) if (waiting) events.delete(customer)
  const grants = await loadGrants(transaction, { heads, events, ledgers: bounds.ledgers })
  const backlogs: Backlog[] = []
  for (const head of heads) {
    const own = events.get(head.customer)
    if (own === undefined) continue
    backlogs.push({
      customer: head.customer,
      head,
      events: own,
      grants: grants.get(head.customer) ?? NO_GRANTS,
      attempts: attempts.get(head.customer)?.byEvent ?? NO_ATTEMPTS,
      refusals: refusals.get(head.customer) ?? NO_REFUSALS,
    })
  }
  return { backlogs, unreached }
}

const NO_GRANTS: ReadonlyMap<string, LedgerGrant> = new Map()
const NO_ATTEMPTS: ReadonlyMap<string, number> = new Map()
const NO_REFUSALS: ReadonlyMap<string, string> = new Map()
const NOBODY_FAILED: ReadonlyMap<CustomerId, Attempts> = new Map()

interface Attempts {
  readonly byEvent: Map<string, number>
  waiting: boolean
}

async function loadAttempts(
  transaction: Transaction,
  heads: readonly LedgerHead[],
  nowMs: number,
): Promise<Map<CustomerId, Attempts>> {
  const { rows } = await transaction.query<{
    customer_id: string
    usage_event_id: string
    attempts: number
    last_at: Date
  }>({
    name: 'settlement_failure_load',
    text: 'SELECT customer_id, usage_event_id, attempts, last_at FROM settlement_failure WHERE customer_id = ANY($1::uuid[])',
    values: [uuidArray(heads, (head) => head.customer)],
  })
  const found = new Map<CustomerId, Attempts>()
  for (const row of rows) {
    const of = entry(found, fromUuid('cus', row.customer_id), () => ({ byEvent: new Map(), waiting: false }))
    of.byEvent.set(fromUuid('use', row.usage_event_id), row.attempts)
    if (row.last_at.getTime() + backOffMs(row.attempts) > nowMs) of.waiting = true
  }
  return found
}

/**
 * Bounded by the ids that a day's partition holds, so that only the days with a backlog are looked at. The lower bound
 * is that of all notes, whoever holds them. The upper one, a day from now, is given up within the same snapshot when
 * any event lies past it (a node whose clock ran ahead): leaving one out would settle its customer past it.
 * `failing` says of all customers whether any event waits for another attempt: mostly none does, and nobody asks again.
 */
const LOAD_EVENTS = `SELECT u.event, EXISTS(SELECT FROM settlement_failure) AS failing
  FROM unnest($1::uuid[], $2::bigint[]) AS h(customer_id, settled_version)
  CROSS JOIN LATERAL (
    SELECT ${USAGE_EVENT_JSON} AS event FROM usage_event AS e
    WHERE e.customer_id = h.customer_id AND e.version > h.settled_version
      AND e.id >= (SELECT first_event_id FROM due_note ORDER BY first_event_id LIMIT 1)
      AND e.id <= (SELECT CASE WHEN EXISTS (SELECT FROM usage_event AS later WHERE later.id >= spillway_first_id($4))
        THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff' ELSE spillway_first_id($4) END)
    ORDER BY e.version LIMIT $3) AS u
  LIMIT $5`
const DAY_MS = 86_400_000
/** Rows that are read before requests have their turn: under a millisecond of work. */
const READ_AT_ONCE = 128

interface Loaded {
  readonly failing: boolean
  readonly events: Map<CustomerId, UsageEvent[]>
  readonly refusals: Map<CustomerId, Map<string, string>>
  readonly unreached: readonly CustomerId[]
}

async function loadEvents(transaction: Transaction, heads: readonly LedgerHead[], bounds: LoadBounds): Promise<Loaded> {
  const events = new Map<CustomerId, UsageEvent[]>()
  const refusals = new Map<CustomerId, Map<string, string>>()
  if (heads.length === 0) return { events, refusals, unreached: [], failing: false }
  const limit = Math.max(bounds.maxEvents, bounds.maxEventsPerCustomer)
  const { rows } = await transaction.query<[event: string, failing: boolean]>({
    name: 'usage_event_backlog',
    text: LOAD_EVENTS,
    values: [
      uuidArray(heads, (head) => head.customer),
      int8Array(heads, (head) => head.settledVersion),
      bounds.maxEventsPerCustomer,
      new Date(bounds.nowMs + DAY_MS),
      limit,
    ],
    rowMode: 'array',
  })
  await inTurns(rows, READ_AT_ONCE, ([text]) => {
    const { event, unreadable } = readEventJson(text)
    entry(events, event.customer, () => []).push(event)
    if (unreadable !== null) entry(refusals, event.customer, () => new Map()).set(event.id, unreadable)
  })
  for (const list of events.values()) list.sort((a, b) => a.version - b.version)
  const unreached = rows.length < limit ? [] : cutOff(heads, events)
  return { events, refusals, unreached, failing: rows[0]?.[1] ?? false }
}

/**
 * What the limit left out. A subquery with a limit of its own is run once per customer, in the order of the array: all
 * before the last customer are complete, and the last one is left to the next batch, unless it is alone.
 */
function cutOff(heads: readonly LedgerHead[], events: Map<CustomerId, readonly UsageEvent[]>): readonly CustomerId[] {
  const last = [...events.keys()].at(-1)
  const customers = heads.map((head) => head.customer)
  const rest = customers.slice(customers.findIndex((customer) => customer === last))
  if (events.size === 1) return rest.slice(1)
  if (last !== undefined) events.delete(last)
  return rest
}

async function loadGrants(
  transaction: Transaction,
  of: {
    readonly heads: readonly LedgerHead[]
    readonly events: ReadonlyMap<CustomerId, readonly UsageEvent[]>
    readonly ledgers: KnownLedgers
  },
): Promise<Map<CustomerId, Map<string, LedgerGrant>>> {
  const found = new Map<CustomerId, Map<string, LedgerGrant>>()
  const unknown: { customer: CustomerId; grant: string }[] = []
  for (const head of of.heads) {
    const named = namedGrants(of.events.get(head.customer) ?? [])
    if (named.size === 0) continue
    const known = of.ledgers.grantsAt(head)
    const grants = new Map<string, LedgerGrant>()
    found.set(head.customer, grants)
    for (const id of named) {
      const grant = known?.get(id)
      if (grant === undefined) unknown.push({ customer: head.customer, grant: id })
      else grants.set(id, grant)
    }
  }
  if (unknown.length === 0) return found
  const { rows } = await transaction.query<GrantRow>({
    name: 'grants_named',
    text: `SELECT ${GRANT_COLUMNS} FROM unnest($1::uuid[], $2::uuid[]) AS n(id, customer_id) JOIN grants USING (id, customer_id)`,
    values: [uuidArray(unknown, ({ grant }) => grant), uuidArray(unknown, ({ customer }) => customer)],
  })
  await inTurns(rows, READ_AT_ONCE, (row) => {
    const grant = decodeGrant(row)
    found.get(grant.customer)?.set(grant.id, grant)
  })
  return found
}

/** What is no id names no grant; the plan finds that out. */
function namedGrants(events: readonly UsageEvent[]): ReadonlySet<string> {
  const named = new Set<string>()
  for (const { lines } of events) {
    for (const line of lines) {
      if (line.kind === 'grant' && !named.has(line.source) && isId(line.source, 'grt')) named.add(line.source)
    }
  }
  return named
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
