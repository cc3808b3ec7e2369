import type { Pool } from 'pg'
import { isId } from '../../../core/shared/ids.ts'
import { DENIED, REPORTED } from '../../../core/usage/dimensions.ts'
import { bucketOf, Sums, underFilter } from '../../../core/usage/tally.ts'
import { pageLimit } from '../../../ports/page.ts'
import type { UsageReader } from '../../../ports/usage-reader.ts'
import { toUuid } from '../codec/ids.ts'
import { COUNTED, type CountedRow, countedEvent, idAt, idsOfRange, LAST_NUMBER, msOfId } from './read-events.ts'
import { Values } from './rollup-columns.ts'

/** Versions that one call looks through for rows that a filter lets pass. */
const LOOKED = 20_000
const DENIALS = 10_000

export function rowsReader(pool: Pool): UsageReader['rows'] {
  return async ({ customer, filter, fromMs, toMs, before, limit }) => {
    if (!isId(customer, 'cus') || filter.outcome === DENIED) return { items: [], next: null }
    const bound = pageLimit(limit)
    const { first, last } = idsOfRange(fromMs, toMs)
    const own = [toUuid(customer), before ?? LAST_NUMBER, first, last] as const
    const filtered = Object.keys(filter).length > 0
    const floor = filtered ? await floorOf(pool, own) : null

    const parameters = new Values()
    const [id, below, low, high, from, to] = [...own, new Date(fromMs), new Date(toMs)].map((v) => parameters.add(v))
    const conditions = [
      `e.customer_id = ${id} AND e.version < ${below} AND e.id >= ${low} AND e.id <= ${high}`,
      `e.effective_at >= ${from} AND e.effective_at < ${to}`,
    ]
    if (floor !== null) conditions.push(`e.version >= ${parameters.add(floor)}`)
    if (filter.feature !== undefined) conditions.push(`e.feature = ${parameters.add(filter.feature)}`)
    if (filter.subject !== undefined) conditions.push(`coalesce(e.subject, '') = ${parameters.add(filter.subject)}`)
    if (filter.task !== undefined) conditions.push(`coalesce(e.task, '') = ${parameters.add(filter.task)}`)
    if (filter.outcome !== undefined)
      conditions.push(`coalesce(d.outcome, ${parameters.add(REPORTED)}) = ${parameters.add(filter.outcome)}`)
    // The text holds it somewhere: `underFilter` looks where.
    if (filter.model) conditions.push(`strpos(e.detail, ${parameters.add(JSON.stringify(filter.model))}) > 0`)
    if (filter.layer !== undefined) {
      const text = filter.layer === 'included' ? '"window"' : JSON.stringify(filter.layer)
      conditions.push(filter.layer === '' ? `e.lines = '[]'` : `strpos(e.lines, ${parameters.add(text)}) > 0`)
    }
    const { rows } = await pool.query<CountedRow>({
      text: `${COUNTED} WHERE ${conditions.join(' AND ')} ORDER BY e.version DESC LIMIT ${parameters.add(bound + 1)}`,
      values: parameters.values,
    })
    const items = rows.slice(0, bound).flatMap((row) => {
      const counted = countedEvent(row)
      const cost = underFilter(counted, filter)
      return cost === null ? [] : [{ ...counted, cost }]
    })
    return { items, next: rows.length > bound ? Number(rows[bound - 1]?.version) : floor }
  }
}

/** The version down to which a call looks; null: to the end. */
async function floorOf(pool: Pool, own: readonly unknown[]): Promise<number | null> {
  const { rows } = await pool.query<{ version: string }>({
    name: 'usage_rows_floor',
    text: `SELECT version FROM usage_event WHERE customer_id = $1 AND version < $2 AND id >= $3 AND id <= $4
      ORDER BY version DESC OFFSET ${LOOKED} LIMIT 1`,
    values: [...own],
  })
  return rows[0] ? Number(rows[0].version) : null
}

export function denialsReader(pool: Pool): UsageReader['denials'] {
  return async ({ customer, edgesMs, by, filter: { feature, subject } }) => {
    if (!isId(customer, 'cus')) return { sums: [], cut: false }
    const [fromMs, toMs] = [edgesMs[0] ?? 0, edgesMs.at(-1) ?? 0]
    const { rows } = await pool.query<{ id: string; feature: string; subject: string | null; count: string | null }>({
      name: 'usage_denials',
      text: `SELECT d.id, d.feature, d.subject, t.count FROM (
          SELECT id, feature, subject FROM decision WHERE customer_id = $1 AND outcome = 'denied' AND id >= $2 AND id < $3
            AND ($4::text IS NULL OR feature = $4) AND ($5::text IS NULL OR coalesce(subject, '') = $5)
          ORDER BY id DESC LIMIT ${DENIALS + 1}) AS d
        LEFT JOIN denial_tally AS t ON t.customer_id = $1 AND t.decision_id = d.id`,
      values: [toUuid(customer), idAt(fromMs), idAt(toMs), feature ?? null, subject ?? null],
    })
    const sums = new Sums<readonly [number, string]>()
    for (const row of rows.slice(0, DENIALS)) {
      const bucket = bucketOf(edgesMs, msOfId(row.id))
      const value = by === 'feature' ? row.feature : by === 'subject' ? (row.subject ?? '') : ''
      if (bucket >= 0) sums.add([bucket, value], 1n + BigInt(row.count ?? 0), 0n)
    }
    return {
      sums: sums.entries().map(({ parts: [bucket, value], events: denials }) => ({ bucket, value, denials })),
      cut: rows.length > DENIALS,
    }
  }
}
