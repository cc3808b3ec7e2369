import type { Period } from '../policy/policy.ts'
import { addAmounts, type MicroCredits } from '../shared/amount.ts'
import { periodAt, type Span } from '../shared/calendar.ts'
import type { WindowState } from '../waterfall/state.ts'
import type { Counted, WindowStanding, WindowTime } from './included.ts'
import { asFixed, type FixedState, nominalMs } from './state-change.ts'

/*
 * A fixed window counts within periods that follow each other. Its claim: at most the limit within one period, not within
 * any interval as long as one. A period that has begun keeps its start and end, whatever becomes of the rule or the zone.
 */

/** The counted period that runs now; null when there is none, or only one of a rule with far longer periods. */
function running(period: Period, state: WindowState | undefined, at: WindowTime): FixedState | null {
  if (state === undefined) return null
  const fixed = state.kind === 'fixed' ? state : asFixed(state, period, at)
  if (at.atMs >= fixed.endMs) return null
  return fixed.endMs - fixed.startMs < 2 * nominalMs(period) ? fixed : null
}

export function viewFixed(period: Period, state: WindowState | undefined, at: WindowTime): WindowStanding {
  const { limit } = at
  const now = running(period, state, at)
  if (now) {
    const { used, startMs, endMs } = now
    return { limit, used, remaining: limit > used ? limit - used : 0n, resetsAtMs: endMs, startMs }
  }
  if (period.kind === 'first_use') return { limit, used: 0n, remaining: limit, resetsAtMs: null, startMs: null }
  const { startMs, endMs } = periodAt(period, at)
  return { limit, used: 0n, remaining: limit, resetsAtMs: endMs, startMs }
}

export function countFixed(
  period: Period,
  state: WindowState | undefined,
  at: WindowTime,
  amount: MicroCredits,
): Counted {
  const now = running(period, state, at)
  if (now) {
    const { startMs, endMs } = now
    return { state: { kind: 'fixed', startMs, endMs, used: addAmounts(now.used, amount) }, startMs }
  }
  const { startMs, endMs } = begin(period, at)
  return { state: { kind: 'fixed', startMs, endMs, used: amount }, startMs }
}

function begin(period: Period, at: WindowTime): Span {
  if (period.kind === 'first_use') return { startMs: at.atMs, endMs: at.atMs + period.lengthMs }
  return periodAt(period, at)
}

export function giveBackFixed(
  period: Period,
  state: FixedState,
  at: WindowTime,
  back: { readonly startMs: number; readonly amount: MicroCredits },
): FixedState {
  if (state.startMs !== back.startMs || running(period, state, at) === null) return state
  const used = state.used > back.amount ? state.used - back.amount : 0n
  return { kind: 'fixed', startMs: state.startMs, endMs: state.endMs, used }
}

/** For a `need` within the limit. */
export function freesFixedAt(
  period: Period,
  state: WindowState | undefined,
  at: WindowTime,
  need: MicroCredits,
): number {
  const now = running(period, state, at)
  return now === null || at.limit - now.used >= need ? at.atMs : now.endMs
}
