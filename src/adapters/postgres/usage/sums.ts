import type { Pool, PoolClient } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { UsageCount } from '../../../core/usage/count.ts'
import { PAID_BY } from '../../../core/usage/dimensions.ts'
import type { UsageReader, UsageSumsQuery } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { eventsAfter, idsAfter, idsOfRange } from './read-events.ts'
import { layerBit, Parameters, rollupColumn, rollupFilter } from './rollup-columns.ts'

/** Rollup and the rest of the events are read at one instant. */
export const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
/** Events counted one by one in one reading; beyond that the rollup is waited for. */
export const TAIL = 20_000

type Query = UsageSumsQuery & { readonly periodEdgesMs: readonly number[] }

export function sumsReader(pool: Pool): UsageReader['sums'] {
  return async (query) => {
    if (!isId(query.customer, 'cus')) return { sums: [], kinds: [], uncounted: false }
    return inTransaction(
      pool,
      async (client) => {
        const count = new UsageCount(query)
        const tail = await readTail(client, query)
        for (const one of tail.slice(0, TAIL)) count.add(one)
        await addRollup(client, query, count)
        return { ...count.result(), uncounted: tail.length > TAIL }
      },
      SNAPSHOT,
    )
  }
}

/** What is not rolled up, of the days that the query is about. */
export async function readTail(
  client: PoolClient,
  { customer, edgesMs, periodEdgesMs = [] }: Pick<Query, 'customer' | 'edgesMs'> & Partial<Query>,
) {
  const all = [...edgesMs, ...periodEdgesMs]
  const { rows } = await client.query<{ version: string; last_id: string | null }>({
    name: 'usage_rollup_head',
    text: 'SELECT version, last_id FROM usage_rollup_head WHERE customer_id = $1',
    values: [toUuid(customer)],
  })
  const [head] = rows
  const { first, last } = idsOfRange(Math.min(...all), Math.max(...all))
  const after = idsAfter(head?.last_id ?? null)
  return eventsAfter(client, {
    customer,
    version: Number(head?.version ?? 0),
    firstId: after > first ? after : first,
    lastId: last,
    limit: TAIL + 1,
  })
}

interface SumRow {
  bucket: number | null
  period: number | null
  value: string | null
  feature: string | null
  model: string | null
  events: string
  cost: string
}

const times = (edgesMs: readonly number[]): Date[] => edgesMs.map((ms) => new Date(ms))

async function addRollup(client: PoolClient, query: Query, count: UsageCount): Promise<void> {
  const { customer, edgesMs, periodEdgesMs, by, filter } = query
  const parameters = new Parameters()
  const [own, edges, periods] = [toUuid(customer), times(edgesMs), times(periodEdgesMs)].map((v) => parameters.add(v))
  const all = [...edgesMs, ...periodEdgesMs]
  const [from, to] = [Math.min(...all), Math.max(...all)].map((ms) => parameters.add(new Date(ms)))
  const { where, cost } = rollupFilter(filter, parameters)
  const rows = `FROM usage_rollup WHERE customer_id = ${own} AND slot_at >= ${from} AND slot_at < ${to} ${where}`
  const bucket = `width_bucket(slot_at, ${edges}::timestamptz[]) - 1`
  const value = by === null || by === 'layer' ? `''` : rollupColumn(by)

  const grouped = by === 'layer' ? `NULL::int AS bucket, '' AS value` : 'bucket, value'
  const sets = by === 'layer' ? '(period, feature, model)' : '(bucket, value), (period, feature, model)'
  const { rows: found } = await client.query<SumRow>({
    text: `SELECT ${grouped}, period, feature, model, sum(events) AS events, sum(cost) AS cost
      FROM (SELECT ${bucket} AS bucket, width_bucket(slot_at, ${periods}::timestamptz[]) - 1 AS period,
        ${value} AS value, feature, model, events, ${cost} AS cost ${rows}) AS r
      GROUP BY GROUPING SETS (${sets})`,
    values: parameters.values,
  })
  for (const row of found) {
    const [events, sum] = [BigInt(row.events), BigInt(row.cost)]
    if (row.period !== null && row.feature !== null && row.model !== null) {
      if (inside(row.period, periodEdgesMs)) count.kinds.add([row.period, row.feature, row.model], events, sum)
    } else if (row.bucket !== null && inside(row.bucket, edgesMs)) {
      count.sums.add([row.bucket, row.value ?? ''], events, sum)
    }
  }
  if (by === 'layer') await addLayers(client, query, count)
}

async function addLayers(client: PoolClient, query: Query, count: UsageCount): Promise<void> {
  const { customer, edgesMs, filter } = query
  const parameters = new Parameters()
  const [own, edges] = [toUuid(customer), times(edgesMs)].map((value) => parameters.add(value))
  const [from, to] = [edgesMs[0] ?? 0, edgesMs.at(-1) ?? 0].map((ms) => parameters.add(new Date(ms)))
  const { where } = rollupFilter(filter, parameters)
  const each = PAID_BY.filter((layer) => filter.layer === undefined || filter.layer === layer)
  const columns = each.map(
    (layer) =>
      `sum(events) FILTER (WHERE layers & ${layerBit(layer)} <> 0) AS ${layer}_events, sum(${layer}) AS ${layer}`,
  )
  const { rows } = await client.query<Record<string, string | null> & { bucket: number }>({
    text: `SELECT width_bucket(slot_at, ${edges}::timestamptz[]) - 1 AS bucket,
        ${[...columns, 'sum(events) FILTER (WHERE layers = 0) AS free_events, sum(cost) FILTER (WHERE layers = 0) AS free'].join(', ')}
      FROM usage_rollup WHERE customer_id = ${own} AND slot_at >= ${from} AND slot_at < ${to} ${where} GROUP BY 1`,
    values: parameters.values,
  })
  for (const row of rows) {
    if (!inside(row.bucket, edgesMs)) continue
    for (const name of [...each, 'free']) {
      const events = row[`${name}_events`]
      if (events) count.sums.add([row.bucket, name === 'free' ? '' : name], BigInt(events), BigInt(row[name] ?? 0))
    }
  }
}

const inside = (bucket: number, edgesMs: readonly number[]): boolean => bucket >= 0 && bucket < edgesMs.length - 1
