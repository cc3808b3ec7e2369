import type { Pool, PoolClient } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { type ZoneClock, zoneClock } from '../../../core/shared/zone-clock.ts'
import { modelOf, PAID_BY } from '../../../core/usage/dimensions.ts'
import { startsOf } from '../../../core/usage/segments.ts'
import { amountsOf, type CountedEvent } from '../../../core/usage/tally.ts'
import { pageLimit } from '../../../ports/page.ts'
import type { RolledUp, UsageReader } from '../../../ports/usage-reader.ts'
import { fromUuid, toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { eventsAfter, idsAfter, LAST_ID } from './read-events.ts'
import { GRAIN, layerBit } from './rollup-columns.ts'

const MOST = 20_000
const KEY = ['customer_id', 'grain', 'starts_at', 'feature', 'subject', 'task', 'model', 'outcome', 'layers']
const COUNTS = ['events', 'cost', ...PAID_BY]

/** Ordered by key, so that two writers of one row would meet it in one order. */
const ADD = `INSERT INTO usage_rollup AS r (${[...KEY, ...COUNTS].join(', ')})
  SELECT $1, * FROM unnest($2::int2[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::int2[], ${COUNTS.map((_, index) => `$${index + 10}::int8[]`).join(', ')})
  ON CONFLICT (${KEY.join(', ')}) DO UPDATE SET events = r.events + excluded.events, cost = r.cost + excluded.cost,
    ${PAID_BY.map((layer) => `${layer} = CASE WHEN excluded.${layer} IS NULL THEN r.${layer} ELSE coalesce(r.${layer}, 0) + excluded.${layer} END`).join(', ')}`

interface Head {
  readonly version: string
  readonly last_id: string | null
  readonly zone: string | null
}

const NOTHING: RolledUp = { added: 0, more: false }

/** The row of `usage_rollup_head` is the lock: who does not get it leaves the customer to whoever has it. */
export function rollUpWriter(pool: Pool): UsageReader['rollUp'] {
  return async ({ customer, zone, limit }) => {
    if (!isId(customer, 'cus')) return NOTHING
    const own = [toUuid(customer)]
    const bound = Math.max(1, Math.min(Math.trunc(limit) || 1, MOST))
    return inTransaction(pool, async (client) => {
      const head = await lockHead(client, own)
      if (head === undefined) return NOTHING
      if (head.zone !== zone && !(await emptied(client, own, zone))) return { added: 0, more: true }
      const begun = head.zone === zone
      const settled = await settledVersion(client, own)
      const version = begun ? Number(head.version) : 0
      const firstId = idsAfter(begun ? head.last_id : null)
      const events = await eventsAfter(client, { customer, version, firstId, lastId: LAST_ID, limit: bound })
      await add(client, own, cellsOf(events, zoneClock(zone)))
      const last = events.at(-1)?.event
      // Versions without usage are done too: the settled version was read before the events.
      const reached = Math.max(last?.version ?? version, events.length < bound ? settled : 0)
      if (reached > version)
        await client.query({
          name: 'usage_rollup_end',
          text: 'UPDATE usage_rollup_head SET version = $2, last_id = coalesce($3, last_id) WHERE customer_id = $1',
          values: [...own, reached, last === undefined ? null : toUuid(last.id)],
        })
      return { added: events.length, more: events.length === bound }
    })
  }
}

async function lockHead(client: PoolClient, own: readonly string[]): Promise<Head | undefined> {
  await client.query({
    name: 'usage_rollup_begin',
    text: 'INSERT INTO usage_rollup_head (customer_id, version) VALUES ($1, 0) ON CONFLICT DO NOTHING',
    values: [...own],
  })
  const { rows } = await client.query<Head>({
    name: 'usage_rollup_lock',
    text: 'SELECT version, last_id, zone FROM usage_rollup_head WHERE customer_id = $1 FOR UPDATE SKIP LOCKED',
    values: [...own],
  })
  return rows[0]
}

/** Takes away a part of what was added by days of another zone; true once nothing of it is left. */
async function emptied(client: PoolClient, own: readonly string[], zone: string): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'usage_rollup_empty',
    text: `DELETE FROM usage_rollup WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM usage_rollup WHERE customer_id = $1 LIMIT ${MOST}))`,
    values: [...own],
  })
  const left = rowCount === MOST
  await client.query({
    name: 'usage_rollup_emptied',
    text: 'UPDATE usage_rollup_head SET version = 0, last_id = NULL, zone = $2 WHERE customer_id = $1',
    values: [...own, left ? null : zone],
  })
  return !left
}

async function settledVersion(client: PoolClient, own: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ settled_version: string }>({
    name: 'usage_rollup_settled',
    text: 'SELECT settled_version FROM ledger_head WHERE customer_id = $1',
    values: [...own],
  })
  return Number(rows[0]?.settled_version ?? 0)
}

interface Cell {
  readonly key: readonly (string | number | Date)[]
  readonly counts: (bigint | null)[]
}

/** Each event in all three grains. */
function cellsOf(events: readonly CountedEvent[], clock: ZoneClock): Cell[] {
  const cells = new Map<string, Cell>()
  for (const { event, outcome } of events) {
    const amounts = amountsOf(event)
    const layers = [...amounts.keys()].reduce((bits, layer) => bits | layerBit(layer), 0)
    const counts = [1n, event.cost, ...PAID_BY.map((layer) => amounts.get(layer) ?? null)]
    const { slotMs, dayMs } = startsOf(event.effectiveAtMs, clock)
    const task = event.task ?? ''
    const grains = [
      [GRAIN.slot, slotMs, task],
      [GRAIN.day, dayMs, ''],
      [GRAIN.taskDay, dayMs, task],
    ] as const
    for (const [grain, startMs, ofTask] of grains) {
      const key = [grain, startMs, event.feature, event.subject ?? '', ofTask, modelOf(event), outcome, layers]
      const name = JSON.stringify(key)
      const known = cells.get(name)
      if (known === undefined)
        cells.set(name, { key: [grain, new Date(startMs), ...key.slice(2)], counts: [...counts] })
      else
        for (const [at, count] of counts.entries())
          if (count !== null) known.counts[at] = (known.counts[at] ?? 0n) + count
    }
  }
  return [...cells].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell)
}

async function add(client: PoolClient, own: readonly string[], cells: readonly Cell[]): Promise<void> {
  if (cells.length === 0) return
  const keys = KEY.slice(1).map((_, at) => cells.map(({ key }) => key[at]))
  const counts = COUNTS.map((_, at) => cells.map((cell) => cell.counts[at] ?? null))
  await client.query({ name: 'usage_rollup_add', text: ADD, values: [...own, ...keys, ...counts] })
}

/** Customers in the order of their ids, so that a sweep goes on where the last one stopped. */
export function behindReader(pool: Pool): UsageReader['behind'] {
  return async ({ after, limit, least }) => {
    const bound = pageLimit(limit)
    const { rows } = await pool.query<{ id: string; behind: boolean }>({
      name: 'usage_rollup_behind',
      text: `SELECT h.customer_id AS id, h.settled_version - coalesce(r.version, 0) >= $3 AS behind
        FROM (SELECT customer_id, settled_version FROM ledger_head WHERE $1::uuid IS NULL OR customer_id > $1
          ORDER BY customer_id LIMIT $2) AS h
        LEFT JOIN usage_rollup_head AS r ON r.customer_id = h.customer_id ORDER BY h.customer_id`,
      values: [after === null ? null : toUuid(after), bound + 1, least],
    })
    const looked = rows.slice(0, bound)
    const id = (row: { id: string }) => fromUuid('cus', row.id)
    const last = looked.at(-1)
    return {
      customers: looked.filter(({ behind }) => behind).map(id),
      next: rows.length > bound && last !== undefined ? id(last) : null,
    }
  }
}
