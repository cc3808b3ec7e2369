import type { Pool, PoolClient } from 'pg'
import { backOffMs } from '../../../core/settlement/back-off.ts'
import type { LedgerGrant } from '../../../core/settlement/events.ts'
import type { SettledBatch } from '../../../ports/settlement-store.ts'
import { inTransaction } from '../in-transaction.ts'
import { claimNotes, keepNotes, type Stay } from './claim.ts'
import { inTurns } from './in-turns.ts'
import type { Grants } from './known-ledgers.ts'
import { loadBacklogs, type LoadBounds } from './load.ts'
import { hasMoved, type Planned, type Planner, refusalOf, type Work, writePlans } from './write.ts'
import { writeOneByOne } from './write-one-by-one.ts'

export interface DueOptions extends LoadBounds {
  readonly maxNotes: number
  readonly maxCustomers: number
}

/** How long a customer whose ledger somebody else was changing is left alone. */
const HELD_PAUSE_MS = 50
/** Customers that are planned for before requests have their turn: about a millisecond of work. */
const PLAN_AT_ONCE = 64

/** Planner settings for this transaction: every look-up is by key, whatever the statistics of a young partition say. */
const BEGIN = `BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
  SET LOCAL jit = off; SET LOCAL plan_cache_mode = force_generic_plan`

const NOTHING_DUE: DueBatch = { notes: 0, customers: [], events: 0, oldestRecordedAtMs: null, unreached: 0 }

/** Thrown to roll back a batch that PostgreSQL refused: one customer's rows, and nobody knows whose. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused'
}

/**
 * One batch in one transaction: claim notes and lock heads, load, plan, write and end the notes. `together` writes for all
 * customers at once and throws BatchRefused when one of them spoils it; without it each is written on its own.
 */
export async function settleDue(pool: Pool, options: DueOptions, plan: Planner, together: boolean): Promise<DueBatch> {
  let settled: readonly Planned[] = []
  const batch = await inTransaction(
    pool,
    async (client) => {
      const claim = await claimNotes(client, options)
      if (claim === null) return NOTHING_DUE
      const { backlogs, unreached } = await loadBacklogs(client, claim.heads, options)
      const { planned, given } = together
        ? await writeTogether(client, { backlogs, notes: claim.notes }, plan, options.nowMs)
        : await writeOneByOne(client, { backlogs, notes: claim.notes }, plan, options.nowMs)
      await keepNotes(client, claim, [
        { customers: unreached, notBeforeMs: null },
        { customers: claim.held, notBeforeMs: options.nowMs + HELD_PAUSE_MS },
        ...planned.flatMap((one) => stayOf(one, options)),
        ...given,
      ])
      settled = planned
      return { ...batchOf(claim.notes.length, planned), unreached: unreached.length }
    },
    BEGIN,
  )
  for (const { backlog, plan: made } of settled) {
    if (backlog.grants.size > 0) options.ledgers.keep(made.head, after(backlog.grants, made.grants))
  }
  return batch
}

function after(before: Grants, changed: readonly LedgerGrant[]): Grants {
  const grants = new Map(before)
  for (const grant of changed) grants.set(grant.id, grant)
  return grants
}

/** What became of one batch. */
export interface DueBatch extends SettledBatch {
  /** Customers that had no room in it: the next one may as well claim fewer. */
  readonly unreached: number
}

async function writeTogether(
  transaction: PoolClient,
  { backlogs, notes }: Work,
  plan: Planner,
  nowMs: number,
): Promise<{ planned: readonly Planned[]; given: readonly Stay[] }> {
  const planned: Planned[] = []
  await inTurns(backlogs, PLAN_AT_ONCE, (backlog) => planned.push({ backlog, plan: plan(backlog) }))
  try {
    await writePlans(transaction, { planned, notes }, nowMs)
  } catch (error) {
    if (refusalOf(error) === null) throw error
    throw new BatchRefused('the batch as a whole was refused', { cause: error })
  }
  return { planned, given: [] }
}

/** A customer stays when an event failed and is to be tried again, or when its backlog may be longer than was loaded. */
function stayOf({ backlog, plan }: Planned, options: DueOptions): Stay[] {
  const { customer, events, attempts } = backlog
  const failed = plan.failures.find(({ dead }) => !dead)
  if (failed !== undefined) {
    return [{ customers: [customer], notBeforeMs: options.nowMs + backOffMs((attempts.get(failed.event.id) ?? 0) + 1) }]
  }
  const last = events.at(-1)
  if (last === undefined) return []
  if (!hasMoved({ backlog, plan })) return [{ customers: [customer], notBeforeMs: options.nowMs + backOffMs(1) }]
  const loadedAll = events.length < options.maxEventsPerCustomer
  return loadedAll && plan.head.settledVersion >= last.version ? [] : [{ customers: [customer], notBeforeMs: null }]
}

function batchOf(notes: number, planned: readonly Planned[]): SettledBatch {
  let events = 0
  let oldestRecordedAtMs: number | null = null
  for (const { backlog, plan } of planned) {
    events += plan.monetizationEvents.length
    const oldest = plan.monetizationEvents.length > 0 ? backlog.events[0] : undefined
    if (oldest !== undefined)
      oldestRecordedAtMs = Math.min(oldestRecordedAtMs ?? oldest.recordedAtMs, oldest.recordedAtMs)
  }
  const customers = planned.filter(hasMoved).map(({ backlog }) => backlog.customer)
  return { notes, customers, events, oldestRecordedAtMs }
}
