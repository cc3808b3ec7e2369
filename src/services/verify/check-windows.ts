import type { Period, Policy } from '../../core/policy/policy.ts'
import { periodAt } from '../../core/shared/calendar.ts'
import type { WindowState } from '../../core/waterfall/state.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import type { CustomerBooks } from './customer-books.ts'
import type { Findings } from './report.ts'

interface FixedCount {
  readonly kind: 'fixed'
  /** Start and end name the period; a redeemed reset gives it a new start. */
  readonly startMs: number
  readonly endMs: number
  limit: bigint
  counted: bigint
}
interface SlidingCount {
  readonly kind: 'sliding'
  readonly lengthMs: number
  /** What was counted within the last `lengthMs`, oldest first. */
  readonly recent: { atMs: number; amount: bigint; limit: bigint }[]
}

/**
 * I4: recounts every included window from what decisions took and kept, and holds it against the limit that the window
 * showed. A fixed window claims its limit per period, a sliding one per interval of its length; neither claims more.
 */
export interface WindowRecount {
  add(decision: StoredDecision, policy: Policy): void
  finish(): void
}

export function recountWindows(
  input: { readonly books: CustomerBooks; readonly includedCaptured: ReadonlyMap<string, bigint> },
  findings: Findings,
): WindowRecount {
  const { books, includedCaptured } = input
  const { customer } = books
  const counts = new Map<string, FixedCount | SlidingCount>()

  /** What a decision took from included windows and has not given back. */
  function keptOf({ decision }: StoredDecision): bigint {
    const taken = decision.funding.reduce((sum, line) => (line.layer === 'included' ? sum + line.amount : sum), 0n)
    if (decision.hold === null) return taken
    const kept = (books.includedByDecision.get(decision.id) ?? 0n) + (includedCaptured.get(decision.id) ?? 0n)
    return kept < taken ? kept : taken
  }

  function addFixed(id: string, view: { startMs: number; endMs: number; limit: bigint }, amount: bigint): void {
    const before = counts.get(id)
    const { startMs, endMs, limit } = view
    const runs = before?.kind === 'fixed' && before.startMs === startMs && before.endMs === endMs
    const count: FixedCount = runs ? before : { kind: 'fixed', startMs, endMs, limit, counted: 0n }
    count.counted += amount
    if (limit > count.limit) count.limit = limit
    counts.set(id, count)
    const { counted } = count
    findings.expect(
      counted <= count.limit,
      'I4',
      () => `${customer}: ${id} until ${endMs} counted ${counted} of ${count.limit}`,
    )
  }

  function addSliding(
    id: string,
    view: { lengthMs: number; atMs: number; limit: bigint; fresh: boolean },
    amount: bigint,
  ): void {
    const before = counts.get(id)
    const { lengthMs, atMs } = view
    const recent =
      before?.kind === 'sliding' && !view.fresh ? before.recent.filter((one) => one.atMs > atMs - lengthMs) : []
    recent.push({ atMs, amount, limit: view.limit })
    counts.set(id, { kind: 'sliding', lengthMs, recent })
    const counted = recent.reduce((sum, one) => sum + one.amount, 0n)
    const limit = recent.reduce((most, one) => (one.limit > most ? one.limit : most), 0n)
    findings.expect(
      counted <= limit,
      'I4',
      () => `${customer}: ${id} counted ${counted} of ${limit} in the ${lengthMs} ms to ${atMs}`,
    )
  }

  return {
    add(stored, policy) {
      const { decision, request, seen } = stored
      if (decision.outcome === 'denied') return
      const amount = keptOf(stored)
      const rules = policy.tiers.get(seen.state.profile.tier)?.rulesFor(request.feature)
      for (const view of decision.windows) {
        findings.saw('I4')
        const rule = rules?.windows.find((window) => window.id === view.id)
        const state = seen.state.windows[view.id]
        if (rule === undefined || amount === 0n) continue
        if (rule.kind === 'sliding') {
          addSliding(
            view.id,
            { lengthMs: rule.lengthMs, atMs: decision.atMs, limit: view.limit, fresh: state === undefined },
            amount,
          )
        } else if (view.resetsAtMs !== null) {
          const startMs = startOf(rule.period, state, stored, view.resetsAtMs)
          addFixed(view.id, { startMs, endMs: view.resetsAtMs, limit: view.limit }, amount)
        }
      }
    },
    finish() {
      for (const [id, state] of Object.entries(books.state.windows)) {
        const count = counts.get(id)
        if (state.kind !== 'fixed' || count?.kind !== 'fixed') continue
        if (count.endMs !== state.endMs || count.startMs !== state.startMs) continue
        findings.saw('I4')
        findings.expect(
          state.used >= count.counted,
          'I4',
          () => `${customer}: ${id} says ${state.used} used, its decisions ${count.counted}`,
        )
      }
    },
  }
}

/** Start of the period that counted a decision: the running one's, or that of the one it began. */
function startOf(
  period: Period,
  state: WindowState | undefined,
  { decision, seen }: StoredDecision,
  endMs: number,
): number {
  if (state?.kind === 'fixed' && state.endMs === endMs) return state.startMs
  if (period.kind === 'first_use') return decision.atMs
  const { anchorMs, timeZone } = seen.state.profile
  return periodAt(period, { atMs: decision.atMs, anchorMs, timeZone }).startMs
}
