import type { Reason } from '../trpc/types.ts'
import type { Outputs } from '../trpc/client.tsx'
import { duration } from './time.ts'

type WindowCard = Outputs['access']['overview']['windows'][number]

/** What a window really promises, in words. */
export function windowKind({ kind, period, lengthMs }: Pick<WindowCard, 'kind' | 'period' | 'lengthMs'>): string {
  if (kind === 'sliding') return `Sliding, over the last ${duration(lengthMs ?? 0)}`
  if (period === null) return 'Fixed'
  switch (period.kind) {
    case 'first_use':
      return `Fixed, ${duration(period.lengthMs)} from first use`
    case 'anchored_length':
      return `Fixed, every ${duration(period.lengthMs)} from your start date`
    case 'anchored_months':
      return period.months === 1
        ? 'Fixed, monthly from your start date'
        : `Fixed, every ${period.months} months from your start date`
    case 'calendar':
      return `Fixed, per calendar ${period.unit}`
  }
}

export const OUTCOME_WORDS = { allowed: 'Allowed', partial: 'In part', denied: 'Denied' } as const

export const REASON_WORDS: Record<Reason, string> = {
  customer_suspended: 'Customer not active',
  feature_disabled: 'Feature switched off',
  feature_not_entitled: 'Not in your tier',
  burst_exceeded: 'Too many at once',
  rate_exceeded: 'Too many per minute',
  concurrency_exceeded: 'Too many jobs running',
  reduced_capacity: 'Reduced capacity',
  abnormal_usage: 'Unusual use',
  included_exhausted: 'Included use is used up',
  consent_required: 'Needs your consent',
  credits_insufficient: 'Not enough credits',
  spend_cap_reached: 'Spend cap reached',
  max_credits_reached: 'Above the request\u2019s bound',
}

/** Why a stop was passed by, in a few words. */
export const SKIP_WORDS: Record<string, string> = {
  not_needed: 'not needed',
  used_up: 'used up',
  bound_by_other: 'another window binds',
  not_yet_effective: 'not in force yet',
  expired: 'expired',
  other_features: 'for other features',
  bounded: 'bounded by consent or a cap',
  cap_reached: 'spend cap reached',
  not_consented: 'not agreed to',
  would_cover: 'would have covered',
}

/** `dec_0199...a1b2c3`: enough to tell two apart on one page. */
export function shortId(id: string): string {
  const at = id.indexOf('_')
  return at < 0 || id.length < at + 12 ? id : `${id.slice(0, at + 1)}\u2026${id.slice(-6)}`
}
