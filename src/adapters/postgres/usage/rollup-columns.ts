import { PAID_BY, type UsageDimension, type UsageFilter } from '../../../core/usage/dimensions.ts'

/** A bit of column `layers`; 0 for a name that is no layer. */
export const layerBit = (layer: string): number => {
  const at = (PAID_BY as readonly string[]).indexOf(layer)
  return at < 0 ? 0 : 1 << at
}

/** Values for a statement's parameters, in turn. */
export class Parameters {
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
export function rollupFilter(filter: UsageFilter, parameters: Parameters): { where: string; cost: string } {
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

export const rollupColumn = (by: Exclude<UsageDimension, 'layer'>): string => COLUMN[by]
