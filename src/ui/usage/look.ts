import type { Outputs } from '../trpc/client.tsx'

export type Dimension = keyof NonNullable<Outputs['usage']['values']>
export type Filter = Readonly<Partial<Record<Dimension, string>>>
export type UsageSums = NonNullable<Outputs['usage']['sums']>
export type UsageRow = NonNullable<Outputs['usage']['rows']>['items'][number]

/** In the order in which they are offered, and written into an address. */
export const DIMENSIONS = [
  ['layer', 'Layer'],
  ['feature', 'Feature'],
  ['subject', 'Member or key'],
  ['model', 'Model'],
  ['task', 'Task'],
  ['outcome', 'Outcome'],
] as const satisfies readonly (readonly [Dimension, string])[]

export const RANGES = [
  ['today', 'Today'],
  ['7d', '7 days'],
  ['30d', '30 days'],
] as const

/** All that decides what the page shows. It is in the address, so that a link shows the same. */
export interface Look {
  readonly range: string
  readonly by: Dimension
  readonly filter: Filter
  readonly compare: 'before' | 'nothing'
  readonly show: 'chart' | 'table'
}

export const PLAIN: Look = { range: '30d', by: 'layer', filter: {}, compare: 'before', show: 'chart' }

const RANGE = /^(today|7d|30d|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$/
const LONGEST_VALUE = 256

/** Anything unknown is left away. */
export function readLook(params: URLSearchParams): Look {
  const range = params.get('range') ?? ''
  const values = DIMENSIONS.flatMap(([name]) => {
    const value = params.get(name)
    return value === null || value.length > LONGEST_VALUE ? [] : [[name, value] as const]
  })
  return {
    range: RANGE.test(range) ? range : PLAIN.range,
    by: DIMENSIONS.find(([name]) => name === params.get('by'))?.[0] ?? PLAIN.by,
    filter: Object.fromEntries(values) as Filter,
    compare: params.get('compare') === 'off' ? 'nothing' : 'before',
    show: params.get('show') === 'table' ? 'table' : 'chart',
  }
}

/** One address a look: what is as on the plain page is left away. */
export function lookHref({ range, by, filter, compare, show }: Look): string {
  const params = new URLSearchParams()
  if (range !== PLAIN.range) params.set('range', range)
  if (by !== PLAIN.by) params.set('by', by)
  for (const [name] of DIMENSIONS) {
    const value = filter[name]
    if (value !== undefined) params.set(name, value)
  }
  if (compare === 'nothing') params.set('compare', 'off')
  if (show === 'table') params.set('show', 'table')
  const query = params.toString()
  return query === '' ? '/app/usage' : `/app/usage?${query}`
}

export const PAGE_ROWS = 100

/** Inputs that the server prefetches and the hooks read, so that they are the same query. */
export const sumsInput = ({ range, by, filter, compare }: Look) => ({ range, by, filter, compare })
export const rowsInput = ({ range, filter }: Look) => ({ range, filter, limit: PAGE_ROWS })

/** The filter with one value changed; null takes it away. */
export function filtered(filter: Filter, name: Dimension, value: string | null): Filter {
  const { [name]: _, ...others } = filter
  return value === null ? others : { ...others, [name]: value }
}
