import type { Segment } from '../../../core/usage/segments.ts'
import { PAID_BY, type UsageDimension, type UsageFilter } from '../../../core/usage/dimensions.ts'

/** A bit of column `layers`; 0 for a name that is no layer. */
export const layerBit = (layer: string): number => {
  const at = (PAID_BY as readonly string[]).indexOf(layer)
  return at < 0 ? 0 : 1 << at
}

/** Values for a statement's parameters, in turn. */
export class Values {
  readonly values: unknown[] = []
  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

const COLUMN: Record<Exclude<UsageDimension, 'layer'>, string> = {
  feature: 'feature',
  subject: 'subject',
  task: 'task',
  model: 'model',
  outcome: 'outcome',
}

/** Conditions on rows of the rollup, and the column that says what falls under the filter. */
export function rollupFilter(filter: UsageFilter, parameters: Values): { where: string; cost: string } {
  const conditions: string[] = []
  for (const [dimension, column] of Object.entries(COLUMN)) {
    const value = filter[dimension as UsageDimension]
    if (value !== undefined) conditions.push(`AND ${column} = ${parameters.add(value)}`)
  }
  const { layer } = filter
  if (layer === undefined) return { where: conditions.join(' '), cost: 'cost' }
  if (layer === '') return { where: [...conditions, 'AND layers = 0'].join(' '), cost: 'cost' }
  const bit = layerBit(layer)
  // a layer's column has the layer's name, and only known names get this far
  return bit === 0
    ? { where: 'AND false', cost: 'cost' }
    : { where: [...conditions, `AND layers & ${bit} <> 0`].join(' '), cost: layer }
}

export const GRAIN = { slot: 0, day: 1, taskDay: 2 } as const

/** Selects `columns` of the rows that cover all segments; days have tasks only where they are asked for. */
export function rollupRows(
  { segments, tasks, where }: { segments: readonly Segment[]; tasks: boolean; where: string },
  columns: string,
  { own, parameters }: { own: string; parameters: Values },
): string {
  const day = tasks ? GRAIN.taskDay : GRAIN.day
  return segments
    .map(({ grain, fromMs, toMs }) => {
      const [from, to] = [fromMs, toMs].map((ms) => parameters.add(new Date(ms)))
      return `SELECT ${columns} FROM usage_rollup WHERE customer_id = ${own} AND grain = ${grain === 'day' ? day : GRAIN.slot}
        AND starts_at >= ${from} AND starts_at < ${to} ${where}`
    })
    .join(' UNION ALL ')
}

export const rollupColumn = (by: Exclude<UsageDimension, 'layer'>): string => COLUMN[by]
