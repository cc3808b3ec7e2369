import { isOpen, type Purchase } from './purchase.ts'
import { nextStep } from './next-step.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Unfinished work is looked at this soon, and later and later as it ages. */
const SOONEST_MS = 15_000
/** A webhook that has not come by then is not coming: the processor itself ends a checkout within a day. */
const OPEN_FOR_MS = 3 * DAY_MS
/** Credits under a hold may come free for as long as a hold may last. */
const TAKE_BACK_FOR_MS = 31 * DAY_MS

/** When somebody has to look at a purchase although nothing was heard; null: never. The older, the rarer. */
export function nextLookMs(purchase: Purchase, nowMs: number): number | null {
  const { facts, createdAtMs } = purchase
  const step = nextStep(purchase, nowMs)
  const later = (sinceMs: number): number => nowMs + Math.min(Math.max(nowMs - sinceMs, SOONEST_MS), HOUR_MS)
  if (step.kind === 'take_back') {
    const planned = facts.takeBacks[step.index]?.plannedAtMs ?? nowMs
    return nowMs - planned < TAKE_BACK_FOR_MS ? later(planned) : null
  }
  if (step.kind !== 'wait') return nowMs + SOONEST_MS
  return isOpen(purchase) && nowMs - createdAtMs < OPEN_FOR_MS ? later(createdAtMs) : null
}
