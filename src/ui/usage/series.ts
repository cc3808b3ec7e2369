import { clockTime, dayTime } from '../format/time.ts'
import type { Dimension, UsageSums } from './look.ts'

/** Layers keep their colours; other values take them in turn. */
const LAYERS: Readonly<Record<string, string>> = {
  included: 'var(--included)',
  allowance: 'var(--allowance)',
  promotion: 'var(--promotion)',
  entitlement: 'var(--entitlement)',
  adjustment: 'var(--adjustment)',
  credits: 'var(--credits)',
  absorbed: 'var(--stream)',
  debt: 'var(--bad)',
}
const IN_TURN = ['included', 'promotion', 'credits', 'allowance', 'entitlement', 'debt', 'absorbed', 'adjustment']
const OTHERS = 'var(--line-strong)'

export function seriesColour(by: Dimension, value: string | null, index: number): string {
  if (value === null) return OTHERS
  const known = by === 'layer' ? LAYERS[value] : LAYERS[IN_TURN[index % IN_TURN.length] ?? '']
  return known ?? OTHERS
}

/** "Fri 20 Nov", or "14:00" where a bar is an hour. */
export function bucketName(atMs: number, { range, zone }: Pick<UsageSums, 'range' | 'zone'>, nowMs: number): string {
  if (range.step === 'day') return dayTime(atMs, zone, nowMs).split(',')[0] ?? ''
  const time = clockTime(atMs, zone).slice(0, 5)
  return range.days[0] === range.days[1] ? time : `${dayTime(atMs, zone, nowMs).split(' ')[0]} ${time}`
}

/** Newest last, as they are drawn. */
export const bucketStarts = ({ range }: Pick<UsageSums, 'range'>): readonly number[] => range.edgesMs.slice(0, -1)
