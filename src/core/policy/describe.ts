import { formatCredits } from '../shared/amount.ts'
import { formatDuration } from '../shared/duration.ts'
import type {
  AllowanceDocument,
  CapDocument,
  CountedDocument,
  GuardDocument,
  RateCardDocument,
  WindowDocument,
} from './document.ts'

/* Parts of a policy document in words. Amounts are micro-credits in the document and credits here. */

export function credits(amount: string): string {
  const words = formatCredits(BigInt(amount))
  return words === '1' ? '1 credit' : `${words} credits`
}

export function describeGuard(guard: GuardDocument): string {
  const whose = guard.scope === 'customer' ? 'per customer' : 'per subject'
  const each = guard.perFeature ? `${whose} and feature` : whose
  switch (guard.kind) {
    case 'burst':
      return `${whole(guard.rate)} ${describeCounted(guard.counts)} per ${span(guard.perMs)} with bursts of ${whole(guard.burst)}, ${each}`
    case 'sliding':
      return `${whole(guard.limit)} ${describeCounted(guard.counts)} in any ${span(guard.windowMs)}, ${each}`
    case 'concurrency':
      return `${whole(guard.limit)} open holds, ${each}`
  }
}

/** Thousands apart: five zeros in a row are miscounted. */
const whole = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** "second" rather than "1 s". */
function span(ms: number): string {
  if (ms === 1_000) return 'second'
  if (ms === 60_000) return 'minute'
  return ms === 3_600_000 ? 'hour' : formatDuration(ms)
}

export function describeCounted(counts: CountedDocument): string {
  return counts === 'requests' ? 'requests' : `units of ${counts.meter}`
}

export function describeWindow(window: WindowDocument): string {
  if (window.kind === 'sliding') return `${credits(window.limit)} in any ${formatDuration(window.lengthMs)}`
  if (window.anchor !== 'first_use') return `${credits(window.limit)} ${describePeriod(window)}`
  return `${credits(window.limit)} per ${formatDuration(window.lengthMs)} from the first use`
}

export function describePeriod(every: AllowanceDocument['every']): string {
  if (every.anchor === 'calendar') {
    return `per calendar ${every.unit} in ${every.zone === 'customer' ? "the customer's zone" : every.zone}`
  }
  if (!('months' in every)) return `per ${formatDuration(every.lengthMs)} from the customer's anchor`
  return `per ${every.months === 1 ? 'month' : `${every.months} months`} from the customer's anchor`
}

export function describeAllowance(allowance: AllowanceDocument): string {
  return `${credits(allowance.amount)} ${describePeriod(allowance.every)}, rolling over ${describeRollover(allowance.rollover)}`
}

export function describeRollover(rollover: AllowanceDocument['rollover']): string {
  if (rollover === undefined) return 'nothing'
  return `at most ${credits(rollover.max)} for ${rollover.periods === 1 ? 'one period' : `${rollover.periods} periods`}`
}

export function describeCap(cap: CapDocument): string {
  const whose = cap.scope === 'customer' ? '' : ` for each ${cap.scope}`
  return `${credits(cap.limit)} ${cap.period === 'ever' ? 'in all' : `per ${cap.period}`}${whose}`
}

export function describeRate(rate: RateCardDocument['rates'][number]): string {
  const per = rate.per === undefined || rate.per === 1 ? 'a unit' : `per ${rate.per} units`
  return `${rate.microCredits} micro-credits ${per}`
}

/** What a rate or multiplier applies to: "input_tokens of codex.task with model gpt-5". */
export function describeMatch(match: {
  meter?: string
  feature?: string
  attributes?: Record<string, string>
}): string {
  const attributes = Object.entries(match.attributes ?? {}).map(([name, value]) => `${name} ${value}`)
  const parts = [match.meter, match.feature === undefined ? null : `of ${match.feature}`]
  if (attributes.length > 0) parts.push(`with ${attributes.join(' and ')}`)
  return parts.filter(Boolean).join(' ') || 'everything'
}

export function describeFeatures(features: readonly string[] | '*' | undefined): string {
  if (features === undefined || features === '*') return 'all features'
  return features.length === 0 ? 'no feature' : features.join(', ')
}
