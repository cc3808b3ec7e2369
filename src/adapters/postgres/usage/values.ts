import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { PAID_BY, USAGE_DIMENSIONS, type UsageDimension } from '../../../core/usage/dimensions.ts'
import type { Segment } from '../../../core/usage/segments.ts'
import { Sums, valuesOf } from '../../../core/usage/tally.ts'
import { SHOWN_VALUES, type UsageReader } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { layerBit, rollupRows, Values } from './rollup-columns.ts'
import { readRest, SNAPSHOT } from './sums.ts'

const TEXTS = ['feature', 'subject', 'model', 'outcome'] as const

interface ValueRow {
  dimension: UsageDimension
  value: string
  events: string
}

/** Tasks may be as many as events: the most used are kept by the statement, not by us. */
const perColumn = (column: string, of: string): string =>
  `(SELECT '${column}' AS dimension, ${column} AS value, sum(events) AS events FROM ${of}
    GROUP BY ${column} ORDER BY 3 DESC, 2 LIMIT ${SHOWN_VALUES * 2})`
const perLayer = [
  `(SELECT 'layer', '', sum(events) FROM own WHERE layers = 0 HAVING sum(events) > 0)`,
  ...PAID_BY.map(
    (layer) =>
      `(SELECT 'layer', '${layer}', sum(events) FROM own WHERE layers & ${layerBit(layer)} <> 0 HAVING sum(events) > 0)`,
  ),
]
/** One scan of the days without tasks for all but the tasks, whatever is asked of it then. */
function statement(segments: readonly Segment[], customer: string): { text: string; values: unknown[] } {
  const parameters = new Values()
  const own = parameters.add(customer)
  const rows = (tasks: boolean, columns: string) =>
    rollupRows({ segments, tasks, where: '' }, columns, { own, parameters })
  const text = `WITH own AS MATERIALIZED (
      SELECT feature, subject, model, outcome, layers, sum(events) AS events
      FROM (${rows(false, 'feature, subject, model, outcome, layers, events')}) AS r GROUP BY 1, 2, 3, 4, 5),
    tasks AS MATERIALIZED (SELECT task, events FROM (${rows(true, 'task, events')}) AS r)
    ${[...TEXTS.map((column) => perColumn(column, 'own')), perColumn('task', 'tasks'), ...perLayer].join(' UNION ALL ')}`
  return { text, values: parameters.values }
}

export function valuesReader(pool: Pool): UsageReader['values'] {
  return async ({ customer, zone, fromMs, toMs }) => {
    const sums = new Sums<readonly [UsageDimension, string]>()
    if (isId(customer, 'cus'))
      await inTransaction(
        pool,
        async (client) => {
          const { tail, segments } = await readRest(client, { customer, zone }, [fromMs, toMs])
          for (const counted of tail) {
            const { effectiveAtMs } = counted.event
            if (effectiveAtMs < fromMs || effectiveAtMs >= toMs) continue
            for (const by of USAGE_DIMENSIONS)
              for (const [value] of valuesOf(counted, by, {})) sums.add([by, value], 1n, 0n)
          }
          if (segments.length === 0) return
          const { rows } = await client.query<ValueRow>(statement(segments, toUuid(customer)))
          for (const { dimension, value, events } of rows) sums.add([dimension, value], BigInt(events), 0n)
        },
        SNAPSHOT,
      )
    const found = sums.entries().toSorted((a, b) => Number(b.events - a.events) || (a.parts[1] < b.parts[1] ? -1 : 1))
    const of = (by: UsageDimension) =>
      found
        .filter(({ parts }) => parts[0] === by)
        .slice(0, SHOWN_VALUES)
        .map(({ parts }) => parts[1])
    return {
      feature: of('feature'),
      subject: of('subject'),
      task: of('task'),
      model: of('model'),
      layer: of('layer'),
      outcome: of('outcome'),
    }
  }
}
