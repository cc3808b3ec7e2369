import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { PAID_BY, USAGE_DIMENSIONS, type UsageDimension } from '../../../core/usage/dimensions.ts'
import { Sums, valuesOf } from '../../../core/usage/tally.ts'
import { SHOWN_VALUES, type UsageReader } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { inTransaction } from '../in-transaction.ts'
import { layerBit } from './rollup-columns.ts'
import { readTail, SNAPSHOT } from './sums.ts'

const TEXTS = ['feature', 'subject', 'task', 'model', 'outcome'] as const

interface ValueRow {
  dimension: UsageDimension
  value: string
  events: string
}

/** Tasks may be as many as events: the most used are kept by the statement, not by us. */
const perColumn = TEXTS.map(
  (column) => `(SELECT '${column}' AS dimension, ${column} AS value, sum(events) AS events FROM own
    GROUP BY ${column} ORDER BY 3 DESC, 2 LIMIT ${SHOWN_VALUES * 2})`,
)
const perLayer = [
  `(SELECT 'layer', '', sum(events) FROM own WHERE layers = 0 HAVING sum(events) > 0)`,
  ...PAID_BY.map(
    (layer) =>
      `(SELECT 'layer', '${layer}', sum(events) FROM own WHERE layers & ${layerBit(layer)} <> 0 HAVING sum(events) > 0)`,
  ),
]
// One scan of the rollup, whatever is asked of it then.
const VALUES = `WITH own AS MATERIALIZED (
    SELECT feature, subject, task, model, outcome, layers, sum(events) AS events FROM usage_rollup
    WHERE customer_id = $1 AND slot_at >= $2 AND slot_at < $3 GROUP BY 1, 2, 3, 4, 5, 6)
  ${[...perColumn, ...perLayer].join(' UNION ALL ')}`

export function valuesReader(pool: Pool): UsageReader['values'] {
  return async ({ customer, fromMs, toMs }) => {
    const sums = new Sums<readonly [UsageDimension, string]>()
    if (isId(customer, 'cus'))
      await inTransaction(
        pool,
        async (client) => {
          for (const counted of await readTail(client, { customer, edgesMs: [fromMs, toMs] })) {
            const { effectiveAtMs } = counted.event
            if (effectiveAtMs < fromMs || effectiveAtMs >= toMs) continue
            for (const by of USAGE_DIMENSIONS)
              for (const [value] of valuesOf(counted, by, {})) sums.add([by, value], 1n, 0n)
          }
          const { rows } = await client.query<ValueRow>({
            name: 'usage_values',
            text: VALUES,
            values: [toUuid(customer), new Date(fromMs), new Date(toMs)],
          })
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
