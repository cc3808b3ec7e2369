import type { AllowanceDocument, WindowDocument } from './document.ts'
import type { IncludedWindow, Period } from './policy.ts'
import { subBucketsFor, WINDOW_SUB_BUCKETS } from './sub-buckets.ts'

/** One included window of a tier, with what the document leaves out filled in. */
export function compileWindow(window: WindowDocument): IncludedWindow {
  const { id, title } = window
  const common = { id, title, limit: BigInt(window.limit), features: window.features ?? null }
  if (window.kind === 'sliding') {
    const { lengthMs } = window
    const subBuckets = window.subBuckets ?? subBucketsFor(lengthMs, WINDOW_SUB_BUCKETS)
    return { ...common, kind: 'sliding', lengthMs, subBuckets }
  }
  if (window.anchor === 'first_use')
    return { ...common, kind: 'fixed', period: { kind: 'first_use', lengthMs: window.lengthMs } }
  return { ...common, kind: 'fixed', period: compilePeriod(window) }
}

/** How a window or an allowance divides time, when it does not wait for a first use. */
export function compilePeriod(every: AllowanceDocument['every']): Exclude<Period, { kind: 'first_use' }> {
  if (every.anchor === 'calendar') return { kind: 'calendar', unit: every.unit, zone: every.zone }
  if ('months' in every) return { kind: 'anchored_months', months: every.months }
  return { kind: 'anchored_length', lengthMs: every.lengthMs }
}
