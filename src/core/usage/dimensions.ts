import type { UsageEvent, UsageLine } from '../settlement/events.ts'

/** What usage is grouped and filtered by. A subject is the member or key that acted. */
export const USAGE_DIMENSIONS = ['feature', 'subject', 'task', 'model', 'layer', 'outcome'] as const
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number]

/** Absent: not filtered; '': events without one. */
export type UsageFilter = Readonly<Partial<Record<UsageDimension, string>>>

/** How usage was paid, in the order of the bits of a rollup's `layers`. */
export const PAID_BY = [
  'included',
  'allowance',
  'promotion',
  'entitlement',
  'adjustment',
  'credits',
  'absorbed',
  'debt',
] as const
export type PaidBy = (typeof PAID_BY)[number]

/** Of usage that no decision here came before. */
export const REPORTED = 'reported'
export const DENIED = 'denied'

export const paidBy = (line: UsageLine): PaidBy =>
  line.kind === 'window' ? 'included' : line.kind === 'grant' ? line.layer : line.kind

/** What of an event falls under a layer; '': it was paid by none. Null: nothing does. */
export function costUnder(event: UsageEvent, layer: string): bigint | null {
  if (layer === '') return event.lines.length === 0 ? event.cost : null
  const lines = event.lines.filter((line) => paidBy(line) === layer)
  return lines.length === 0 ? null : lines.reduce((sum, { amount }) => sum + amount, 0n)
}

export const modelOf = ({ attributes }: UsageEvent): string => attributes.model ?? ''
