import type { Pool, PoolClient } from 'pg'
import { type CustomerId, isId } from '../../../core/shared/ids.ts'
import { zoneClock } from '../../../core/shared/zone-clock.ts'
import { UsageCount } from '../../../core/usage/count.ts'
import { PAID_BY, type PaidBy, type UsageFilter } from '../../../core/usage/dimensions.ts'
import { type Segment, segmentsOf } from '../../../core/usage/segments.ts'
import type { CountedEvent } from '../../../core/usage/tally.ts'
import type { UsageReader } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { eventsAfter, idsAfter, idsOfRange } from './read-events.ts'
import { layerBit, rollupColumn, rollupFilter, rollupRows, Values } from './rollup-columns.ts'

/**
 * Rollup and the rest of the events are read at one instant. Rows of a customer are found by key, also of one who has a
 * large part of the table; tens of thousands of tasks are grouped without a file.
 */
export const SNAPSHOT =
  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '16MB'"
/** Events counted one by one in one reading; beyond that the rollup is waited for. */
export const TAIL = 20_000

type Query = Parameters<UsageReader['sums']>[0]

export function sumsReader(pool: Pool): UsageReader['sums'] {
  return async (query) => {
    if (!isId(query.customer, 'cus')) return { sums: [], kinds: [], uncounted: false }
    return inTransaction(
      pool,
      async (client) => {
        const count = new UsageCount(query)
        const { edgesMs, periodEdgesMs } = query
        const { tail, segments } = await readRest(client, query, [...edgesMs, ...periodEdgesMs])
        for (const one of tail.slice(0, TAIL)) count.add(one)
        if (segments.length > 0) await addRollup({ client, query, count, segments })
        return { ...count.result(), uncounted: tail.length > TAIL }
      },
      SNAPSHOT,
    )
  }
}

/** What between the edges is not rolled up, and the stretches by which the rollup answers for all else. */
export async function readRest(
  client: PoolClient,
  { customer, zone }: { customer: CustomerId; zone: string },
  edgesMs: readonly number[],
): Promise<{ tail: readonly CountedEvent[]; segments: readonly Segment[] }> {
  const { rows } = await client.query<{ version: string; last_id: string | null; zone: string | null }>({
    name: 'usage_rollup_head',
    text: 'SELECT version, last_id, zone FROM usage_rollup_head WHERE customer_id = $1',
    values: [toUuid(customer)],
  })
  const head = rows.find((row) => row.zone !== null)
  const { first, last } = idsOfRange(Math.min(...edgesMs), Math.max(...edgesMs))
  const after = idsAfter(head?.last_id ?? null)
  const tail = await eventsAfter(client, {
    customer,
    version: Number(head?.version ?? 0),
    firstId: after > first ? after : first,
    lastId: last,
    limit: TAIL + 1,
  })
  // days of another zone do not fit: then all is by slot
  const segments = head === undefined ? [] : segmentsOf(edgesMs, head.zone === zone ? zoneClock(zone) : null)
  return { tail, segments }
}

interface Rollup {
  readonly client: PoolClient
  readonly query: Query
  readonly count: UsageCount
  readonly segments: readonly Segment[]
}

/** What one scan answers: sums by bucket and value, sums by period and kind, or both. */
interface Parts {
  readonly sums: boolean
  readonly kinds: boolean
}

interface FoundRow extends Record<string, string | number | null> {
  readonly part: 'sum' | 'kind'
  /** Or the period. */
  readonly bucket: number
  /** Null: of those that are not among the largest. Of layers, the set of them. */
  readonly value: string | null
  readonly feature: string | null
  readonly model: string | null
}

/** Kinds are found on the way, unless there are too many values to tell them apart under each. */
async function addRollup(rollup: Rollup): Promise<void> {
  const { by } = rollup.query
  const many = by === 'subject' || by === 'task'
  for (const parts of many ? [ONLY_SUMS, ONLY_KINDS] : [BOTH])
    for (const row of await scan(rollup, parts)) addRow(rollup, row)
}

const BOTH: Parts = { sums: true, kinds: true }
const ONLY_SUMS: Parts = { sums: true, kinds: false }
const ONLY_KINDS: Parts = { sums: false, kinds: true }

/**
 * Rows of the rollup are summed by where they begin first, and put into buckets then: of few sums instead of many rows.
 * There may be as many tasks as events, so only the largest values leave the database on their own.
 */
async function scan({ client, query, count, segments }: Rollup, parts: Parts): Promise<readonly FoundRow[]> {
  const { customer, by, filter, edgesMs, periodEdgesMs, most } = query
  const parameters = new Values()
  const own = parameters.add(toUuid(customer))
  const { where, cost } = rollupFilter(filter, parameters)
  const layers = by === 'layer' && parts.sums ? layersUnder(filter) : []
  const value = by === null || !parts.sums ? `''` : by === 'layer' ? 'layers' : rollupColumn(by)
  const keys = [
    ...new Set(['starts_at', ...(parts.kinds ? ['feature', 'model'] : []), ...(value === `''` ? [] : [value])]),
  ]
  const sums = ['events', 'cost', ...layers]
  const tasks = (by === 'task' && parts.sums) || filter.task !== undefined
  const columns = [...keys, 'events', `${cost} AS cost`, ...layers].join(', ')
  const rows = rollupRows({ segments, tasks, where }, columns, { own, parameters })
  const bucketIn = (edges: readonly number[]) =>
    `width_bucket(starts_at, ${parameters.add(edges.map((ms) => new Date(ms)))}::timestamptz[]) - 1`
  const summed = sums.map((sum) => `sum(${sum}) AS ${sum}`).join(', ')

  const ctes = [
    `own AS MATERIALIZED (SELECT ${keys.join(', ')}, ${summed} FROM (${rows}) AS r GROUP BY ${keys.join(', ')})`,
  ]
  const selects: string[] = []
  if (parts.sums) {
    ctes.push(
      `held AS MATERIALIZED (SELECT ${bucketIn(edgesMs)} AS bucket, ${value}::text AS value, ${sums.join(', ')} FROM own)`,
    )
    // every set of layers is needed: they are taken apart afterwards
    const rest = parameters.add(count.values())
    const shown = `CASE WHEN value IN (SELECT value FROM largest) OR value = ANY (${rest}::text[]) THEN value END`
    const inRange = `bucket >= 0 AND bucket < ${parameters.add(edgesMs.length - 1)}`
    ctes.push(`largest AS (SELECT value FROM held WHERE ${inRange} GROUP BY value
      ORDER BY sum(cost) DESC, sum(events) DESC, value COLLATE "C" LIMIT ${by === 'layer' ? 'ALL' : parameters.add(most)})`)
    selects.push(`SELECT 'sum' AS part, bucket, ${shown} AS value, NULL AS feature, NULL AS model, ${summed}
      FROM held WHERE ${inRange} GROUP BY 2, 3`)
  }
  if (parts.kinds)
    selects.push(`SELECT 'kind' AS part, ${bucketIn(periodEdgesMs)} AS bucket, NULL AS value, feature, model, ${summed}
      FROM own GROUP BY 2, 4, 5`)
  const text = `WITH ${ctes.join(', ')} ${selects.join(' UNION ALL ')}`
  return (await client.query<FoundRow>({ text, values: parameters.values })).rows
}

const layersUnder = (filter: UsageFilter): PaidBy[] =>
  PAID_BY.filter((layer) => filter.layer === undefined || filter.layer === layer)

function addRow({ query, count }: Rollup, row: FoundRow): void {
  const { bucket, value } = row
  const [events, cost] = [BigInt(row['events'] ?? 0), BigInt(row['cost'] ?? 0)]
  if (row.part === 'kind') {
    if (inside(bucket, query.periodEdgesMs)) count.kinds.add([bucket, row.feature ?? '', row.model ?? ''], events, cost)
    return
  }
  if (query.by !== 'layer') return count.sums.add([bucket, value], events, cost)
  const set = Number(value)
  if (set === 0) count.sums.add([bucket, ''], events, cost)
  for (const layer of layersUnder(query.filter))
    if ((set & layerBit(layer)) !== 0) count.sums.add([bucket, layer], events, BigInt(row[layer] ?? 0))
}

const inside = (bucket: number, edgesMs: readonly number[]): boolean => bucket >= 0 && bucket < edgesMs.length - 1
