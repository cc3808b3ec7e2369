import type pg from 'pg'
import type { QueryArrayConfig } from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import type { RenderAnswer } from '../../../ports/customer-state.ts'
import { fromUuid } from '../codec/ids.ts'
import { allAnswered } from './all-answered.ts'
import type { Call } from './call.ts'
import type { Entries } from './entries.ts'
import type { Entry } from './entry.ts'
import type { Flight } from './flight.ts'
import { loadReplies, loadRows, loadStates, missingRows } from './load.ts'
import { nothingPlanned, planCalls, type Planned } from './planning.ts'
import { type KnownReply, type RecentReplies, repeated } from './replies.ts'
import { rowTypesOf } from './row-types.ts'
import { commitStatement, type Keys, type StateTexts } from './write.ts'

/** What a lane remembers, and where calls go that cannot be batched. */
export interface Memory {
  readonly entries: Entries
  readonly replies: RecentReplies
  /** Null: answers are kept as they were sent. */
  readonly render: RenderAnswer | null
  alone(call: Call): void
}

type EntryOf = (customer: CustomerId) => Entry | undefined

/**
 * The short way: decides on what is remembered, and commits in one statement that checks every version it relied on.
 * Returns the calls that have to be decided again under locks. Throws what the database throws; then nothing of the
 * batch is remembered, and whether it happened is unknown.
 */
export async function runOnMemory(
  client: pg.Client,
  calls: readonly Call[],
  memory: Memory,
  { keys, flight }: { keys: Keys; flight: Flight },
): Promise<Call[]> {
  const { entries } = memory
  // Held here too, so that a batch of more customers than `entries` keeps does not push out its own.
  const inBatch = new Map<CustomerId, Entry>()
  try {
    const entryOf: EntryOf = (customer) => inBatch.get(customer)
    const loaded = await loadInto(client, calls, inBatch, entries)
    const types = await rowTypesOf(client)
    const planned = await plan(client, loaded, entryOf, memory)
    const texts: StateTexts = new Map()
    const committed = commit(client, planned, () => commitStatement(planned, types, { keys, texts, flight }))
    // From here on the next batch may decide on what this one leaves.
    for (const entry of inBatch.values()) {
      entry.sent(texts.get(entry.state), flight)
      entries.keep(entry)
    }
    flight.markSent()
    const [leftOut, known] = await allAnswered([committed, loadReplies(client, unrecorded(planned), memory.render)])
    for (const [customer, entry] of inBatch) {
      if (leftOut.has(customer)) entries.forget(customer)
      else {
        entry.arrived(flight)
        entries.letGo(entry)
      }
    }
    const redo = planned.failed.map(({ call }) => call)
    answer({ planned, leftOut, known }, redo, memory)
    return redo
  } catch (error) {
    for (const { customer } of calls) entries.forget(customer)
    throw error
  }
}

/**
 * The sure way: locks the customers' rows in order, looks the keys up, decides, commits. Two flights unless a plan asks
 * for more. Returns the calls whose key another process used in between; throws what the database throws, after rolling
 * back.
 */
export async function runUnderLocks(client: pg.Client, calls: readonly Call[], memory: Memory): Promise<Call[]> {
  const { entries } = memory
  const customers = sortedCustomers(calls)
  for (const customer of customers) entries.forget(customer)
  const inBatch = new Map<CustomerId, Entry>()
  const entryOf: EntryOf = (customer) => inBatch.get(customer)
  for (const call of calls) call.rounds = 0
  try {
    const missing = missingRows(calls, entryOf)
    const [, locked, known, fill] = await allAnswered([
      client.query('BEGIN'),
      loadStates(client, customers, 'lock'),
      loadReplies(client, calls, memory.render),
      missing === null ? null : loadRows(client, missing),
    ])
    for (const entry of locked) inBatch.set(entry.customer, entry)
    fill?.(entryOf)
    const open = calls.filter((call) => {
      const reply = known.get(call)
      const { idempotency } = call.operation
      if (reply !== undefined && idempotency !== null) call.resolve(repeated(reply, idempotency))
      else if (!inBatch.has(call.customer)) call.resolve({ kind: 'unknown_customer' })
      else return true
      return false
    })
    const types = await rowTypesOf(client)
    const planned = await plan(client, open, entryOf, memory)
    const texts: StateTexts = new Map()
    const [leftOut] = await allAnswered([
      commit(client, planned, () => commitStatement(planned, types, { keys: 'look up', texts })),
      client.query('COMMIT'),
    ])
    for (const [customer, entry] of inBatch) {
      if (leftOut.has(customer)) continue
      entry.sent(texts.get(entry.state), null)
      entries.keep(entry)
      entries.letGo(entry)
    }
    for (const { call, error } of planned.failed) call.reject(error)
    const redo: Call[] = []
    answer({ planned, leftOut, known: NONE_KNOWN }, redo, memory)
    return redo
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** Entries of these calls' customers, loaded where they are not remembered; answers calls for customers there are none of. */
async function loadInto(
  client: pg.Client,
  calls: readonly Call[],
  inBatch: Map<CustomerId, Entry>,
  entries: Entries,
): Promise<readonly Call[]> {
  const unknown = new Set<CustomerId>()
  for (const call of calls) {
    call.rounds = 0
    if (inBatch.has(call.customer)) continue
    const entry = entries.get(call.customer)
    if (entry === undefined) unknown.add(call.customer)
    else {
      entry.use()
      inBatch.set(call.customer, entry)
    }
  }
  const missing = missingRows(calls, (customer) => inBatch.get(customer))
  if (unknown.size === 0 && missing === null) return calls
  // Sent in this order: rows are never older than the state that they are used with.
  const [loaded, fill] = await allAnswered([
    unknown.size === 0 ? [] : loadStates(client, [...unknown].sort(), 'look'),
    missing === null ? null : loadRows(client, missing),
  ])
  for (const entry of loaded) inBatch.set(entry.customer, entry)
  fill?.((customer) => inBatch.get(customer))
  if (loaded.length === unknown.size) return calls
  return calls.filter((call) => {
    if (inBatch.has(call.customer)) return true
    call.resolve({ kind: 'unknown_customer' })
    return false
  })
}

async function plan(client: pg.Client, calls: readonly Call[], entryOf: EntryOf, { render }: Memory): Promise<Planned> {
  const planned = nothingPlanned(render !== null)
  let open = planCalls(calls, entryOf, planned)
  while (open.length > 0) {
    const missing = missingRows(open, entryOf)
    if (missing !== null) (await loadRows(client, missing))(entryOf)
    open = planCalls(open, entryOf, planned)
  }
  return planned
}

/** Sends before it returns; gives the customers that were left out. */
async function commit(
  client: pg.Client,
  { entries }: Planned,
  statement: () => QueryArrayConfig,
): Promise<ReadonlySet<CustomerId>> {
  if (entries.size === 0) return NOBODY
  const { rows } = await client.query(statement())
  const [leftOut] = rows[0] as [string[] | null]
  return leftOut === null ? NOBODY : new Set(leftOut.map((uuid) => fromUuid('cus', uuid)))
}

const NOBODY: ReadonlySet<CustomerId> = new Set()

interface Done {
  readonly planned: Planned
  readonly leftOut: ReadonlySet<CustomerId>
  /** Earlier answers of calls that recorded nothing. */
  readonly known: ReadonlyMap<Call, KnownReply>
}

const NONE_KNOWN: Done['known'] = new Map()

/** After the commit: answers the calls whose customers were not left out. */
function answer({ planned, leftOut, known }: Done, redo: Call[], memory: Memory): void {
  for (const { call, reply, kept } of planned.replies) {
    if (leftOut.has(call.customer)) {
      redo.push(call)
      continue
    }
    const { idempotency } = call.operation
    const earlier = known.get(call)
    if (earlier !== undefined && idempotency !== null) {
      call.resolve(repeated(earlier, idempotency))
      continue
    }
    if (kept && call.name !== null && idempotency !== null) {
      memory.replies.remember(call.name, { fingerprint: idempotency.fingerprint, reply })
    }
    call.resolve({ kind: 'done', reply, replayed: false })
  }
  for (const call of planned.alone) memory.alone(call)
}

/**
 * Calls whose plan writes nothing, so that no key of theirs meets the primary key: whether they are repetitions of what
 * was answered before, here or in another process, has to be looked up.
 */
const unrecorded = ({ replies }: Planned): Call[] =>
  replies.flatMap(({ call, kept }) => (kept || call.name === null ? [] : [call]))

const sortedCustomers = (calls: readonly Call[]): CustomerId[] =>
  [...new Set(calls.map((call) => call.customer))].sort()
