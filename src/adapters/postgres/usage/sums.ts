import type { Pool, PoolClient } from 'pg'
import { type CustomerId, isId } from '../../../core/shared/ids.ts'
import { zoneClock } from '../../../core/shared/zone-clock.ts'
import { UsageCount } from '../../../core/usage/count.ts'
import { PAID_BY } from '../../../core/usage/dimensions.ts'
import { type Segment, segmentsOf } from '../../../core/usage/segments.ts'
import type { CountedEvent } from '../../../core/usage/tally.ts'
import type { UsageReader } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { eventsAfter, idsAfter, idsOfRange } from './read-events.ts'
import { layerBit, rollupColumn, rollupFilter, rollupRows, Values } from './rollup-columns.ts'

/** Rollup and the rest of the events are read at one instant. */
export const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
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
        const rollup = { client, query, count, segments }
        if (segments.length > 0) {
          await addKinds(rollup)
          await (query.by === 'layer' ? addLayers(rollup) : addSums(rollup))
        }
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

/**
 * Rows of the rollup, summed by where they begin and `keys`, as `(starts_at, ...keys, ...sums)`. Times are put into buckets
 * afterwards: of few sums instead of many rows.
 */
function grouped({ query, segments }: Rollup, keys: readonly string[], sums: readonly string[], parameters: Values) {
  const { customer, by, filter } = query
  const own = parameters.add(toUuid(customer))
  const { where, cost } = rollupFilter(filter, parameters)
  const tasks = by === 'task' || filter.task !== undefined
  const columns = ['starts_at', ...keys, 'events', `${cost} AS cost`, ...sums.slice(2)].join(', ')
  const rows = rollupRows({ segments, tasks, where }, columns, { own, parameters })
  return `SELECT ${['starts_at', ...keys, ...sums.map((sum) => `sum(${sum}) AS ${sum}`)].join(', ')}
    FROM (${rows}) AS r GROUP BY ${['starts_at', ...keys].join(', ')}`
}

const SUMS = ['events', 'cost'] as const

const bucketIn = (edgesMs: readonly number[], parameters: Values): string =>
  `width_bucket(starts_at, ${parameters.add(edgesMs.map((ms) => new Date(ms)))}::timestamptz[]) - 1`

interface KindRow {
  readonly bucket: number
  readonly feature: string
  readonly model: string
  readonly events: string
  readonly cost: string
}

/** Never needs tasks, unless they are filtered by: grouping by them is of no interest here. */
async function addKinds(rollup: Rollup): Promise<void> {
  const { client, query, count } = rollup
  const parameters = new Values()
  const rows = grouped({ ...rollup, query: { ...query, by: null } }, ['feature', 'model'], SUMS, parameters)
  const { rows: found } = await client.query<KindRow>({
    text: `SELECT ${bucketIn(query.periodEdgesMs, parameters)} AS bucket, feature, model, sum(events) AS events, sum(cost) AS cost
      FROM (${rows}) AS g GROUP BY 1, 2, 3`,
    values: parameters.values,
  })
  for (const { bucket, feature, model, events, cost } of found)
    if (inside(bucket, query.periodEdgesMs)) count.kinds.add([bucket, feature, model], BigInt(events), BigInt(cost))
}

interface SumRow {
  readonly bucket: number
  /** Null: of those that are not among the largest, nor in the rest. */
  readonly value: string | null
  readonly events: string
  readonly cost: string
}

/** There may be as many tasks as events: only the largest values leave the database on their own. */
async function addSums(rollup: Rollup): Promise<void> {
  const { client, query, count } = rollup
  const { by, edgesMs, most } = query
  if (by === 'layer') return
  const parameters = new Values()
  const value = by === null ? `''` : rollupColumn(by)
  const rows = grouped(rollup, by === null ? [] : [value], SUMS, parameters)
  const bucket = bucketIn(edgesMs, parameters)
  const rest = parameters.add(count.values())
  const { rows: found } = await client.query<SumRow>({
    text: `WITH own AS MATERIALIZED (SELECT ${bucket} AS bucket, ${value} AS value, events, cost FROM (${rows}) AS g),
        held AS (SELECT * FROM own WHERE bucket >= 0 AND bucket < ${parameters.add(edgesMs.length - 1)}),
        largest AS (SELECT value FROM held GROUP BY value
          ORDER BY sum(cost) DESC, sum(events) DESC, value COLLATE "C" LIMIT ${parameters.add(most)})
      SELECT bucket, CASE WHEN value IN (SELECT value FROM largest) OR value = ANY (${rest}::text[]) THEN value END AS value,
        sum(events) AS events, sum(cost) AS cost
      FROM held GROUP BY 1, 2`,
    values: parameters.values,
  })
  for (const row of found) count.sums.add([row.bucket, row.value], BigInt(row.events), BigInt(row.cost))
}

async function addLayers(rollup: Rollup): Promise<void> {
  const { client, query, count } = rollup
  const { edgesMs, filter } = query
  const parameters = new Values()
  const each = PAID_BY.filter((layer) => filter.layer === undefined || filter.layer === layer)
  const rows = grouped(rollup, ['layers'], [...SUMS, ...each], parameters)
  const sums = [...SUMS, ...each].map((sum) => `sum(${sum}) AS ${sum}`).join(', ')
  const { rows: found } = await client.query<Record<string, string | null> & { bucket: number; layers: number }>({
    text: `SELECT ${bucketIn(edgesMs, parameters)} AS bucket, layers, ${sums} FROM (${rows}) AS g GROUP BY 1, 2`,
    values: parameters.values,
  })
  for (const row of found) {
    if (!inside(row.bucket, edgesMs)) continue
    const events = BigInt(row['events'] ?? 0)
    if (row.layers === 0) count.sums.add([row.bucket, ''], events, BigInt(row['cost'] ?? 0))
    for (const layer of each)
      if ((row.layers & layerBit(layer)) !== 0) count.sums.add([row.bucket, layer], events, BigInt(row[layer] ?? 0))
  }
}

const inside = (bucket: number, edgesMs: readonly number[]): boolean => bucket >= 0 && bucket < edgesMs.length - 1
