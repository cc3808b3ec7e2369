import type { IncludedWindow } from '../../core/policy/policy.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import { periodAt } from '../../core/shared/calendar.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { standingOf } from '../../core/waterfall/draw.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'

/** One stretch in which a window counted, as the decisions of its time recorded it. */
export interface WindowInstance {
  readonly startMs: number
  readonly endMs: number
  readonly used: MicroCredits
  /** Null: not recorded with the decision that was read. */
  readonly limit: MicroCredits | null
  /** Why it began: the one before was over by schedule, a banked reset ended it, or the first use opened it. */
  readonly began: 'schedule' | 'banked_reset' | 'first_use'
  readonly running: boolean
}

/** A sliding window has no instances: what was in it at a decision of each of its lengths. */
export interface WindowSample {
  readonly atMs: number
  readonly used: MicroCredits
  readonly limit: MicroCredits
}

export interface WindowHistory {
  readonly id: string
  /** Newest first. */
  readonly instances: readonly WindowInstance[]
  readonly samples: readonly WindowSample[]
  /** Earlier ones exist that were not read. */
  readonly cut: boolean
}

export const MOST_INSTANCES = 20
export const HISTORY_MS = 30 * 24 * 3_600_000
/** Decisions that are read for it, one by one. */
const MOST_READS = 3 * MOST_INSTANCES

type Found = Omit<WindowInstance, 'began' | 'running'>

/**
 * The window's past, from the customer's stored decisions: each carries the state that it was decided on, so one decision
 * of an instance says when it began and ended and what was used of it. Reads as many decisions as there are instances,
 * however busy the customer is. Null when there is no such window now.
 */
export async function windowHistory(
  engine: Engine,
  customer: CustomerId,
  windowId: string,
): Promise<WindowHistory | null> {
  const seen = await engine.readers.customer(customer)
  const tier = seen === null ? undefined : engine.policies.current().tiers.get(seen.state.profile.tier)
  const window = tier?.windows.find(({ id }) => id === windowId)
  if (seen === null || window === undefined) return null
  const nowMs = Math.max(engine.clock.nowMs(), seen.state.atMs)
  const readBefore = async (beforeMs: number): Promise<StoredDecision | undefined> =>
    (await engine.readers.decisions({ customer, cursor: null, limit: 1, beforeMs })).items[0]

  if (window.kind === 'sliding') {
    const read = await samplesOf(window, readBefore, nowMs)
    return { id: windowId, instances: [], ...read }
  }
  const now = seen.state.windows[windowId]
  const found = new Map<number, Found>()
  if (now?.kind === 'fixed') {
    const limit = now.endMs > nowMs ? standingOf(window, seen.state, nowMs).limit : null
    found.set(now.startMs, { startMs: now.startMs, endMs: now.endMs, used: now.used, limit })
  }
  const cut = await walkBack({ window, readBefore, found, nowMs })
  return { id: windowId, instances: withBeginnings(window, [...found.values()], nowMs), samples: [], cut }
}

/** Fills `found` from newer to older decisions. True when a bound ended the walk. */
async function walkBack({
  window,
  readBefore,
  found,
  nowMs,
}: {
  window: IncludedWindow
  readBefore: (beforeMs: number) => Promise<StoredDecision | undefined>
  found: Map<number, Found>
  nowMs: number
}): Promise<boolean> {
  let beforeMs = Math.min(nowMs + 1, ...found.keys())
  for (let reads = 0; reads < MOST_READS; reads++) {
    const stored = await readBefore(beforeMs)
    if (stored === undefined) return false
    const here = instancesOf(window, stored)
    // the newest record of an instance knows the most of it
    for (const one of here) if (!found.has(one.startMs)) found.set(one.startMs, one)
    if (found.size > MOST_INSTANCES || stored.decision.atMs < nowMs - HISTORY_MS) return true
    beforeMs = Math.min(beforeMs - 1, stored.decision.atMs, ...here.map(({ startMs }) => startMs))
  }
  return true
}

/** What one decision knows: the instance that it found counted, and the one that it opened. */
function instancesOf(window: IncludedWindow, { decision, seen }: StoredDecision): readonly Found[] {
  const { id } = window
  const before = seen.state.windows[id]
  const view = decision.windows.find((one) => one.id === id)
  const limit = view?.limit ?? null
  const took = decision.funding.reduce(
    (sum, line) => (line.layer === 'included' && line.source === id ? sum + line.amount : sum),
    0n,
  )
  const counted = before?.kind === 'fixed' ? before : null
  if (counted !== null && counted.endMs > decision.atMs)
    return [{ startMs: counted.startMs, endMs: counted.endMs, used: counted.used + took, limit }]
  const last = counted === null ? [] : [{ startMs: counted.startMs, endMs: counted.endMs, used: counted.used, limit }]
  if (took === 0n || window.kind !== 'fixed') return last
  const { period } = window
  const { anchorMs, timeZone } = seen.state.profile
  const span =
    period.kind === 'first_use'
      ? { startMs: decision.atMs, endMs: decision.atMs + period.lengthMs }
      : periodAt(period, { atMs: decision.atMs, anchorMs, timeZone })
  return [{ ...span, endMs: view?.resetsAtMs ?? span.endMs, used: took, limit }, ...last]
}

/** Each began because of how the one before it ended. */
function withBeginnings(window: IncludedWindow, found: readonly Found[], nowMs: number): readonly WindowInstance[] {
  const newestFirst = found.toSorted((a, b) => b.startMs - a.startMs)
  const firstUse = window.kind === 'fixed' && window.period.kind === 'first_use'
  const all = newestFirst.map((one, at): WindowInstance => {
    const earlier = newestFirst[at + 1]
    const cutShort = earlier !== undefined && one.startMs < earlier.endMs
    const next = newestFirst[at - 1]
    return {
      ...one,
      // a banked reset ends an instance before its time
      endMs: next !== undefined && next.startMs < one.endMs ? next.startMs : one.endMs,
      began: cutShort ? 'banked_reset' : firstUse ? 'first_use' : 'schedule',
      running: at === 0 && one.endMs > nowMs,
    }
  })
  return all.filter(({ endMs }) => endMs > nowMs - HISTORY_MS).slice(0, MOST_INSTANCES)
}

async function samplesOf(
  window: IncludedWindow & { readonly kind: 'sliding' },
  readBefore: (beforeMs: number) => Promise<StoredDecision | undefined>,
  nowMs: number,
): Promise<Pick<WindowHistory, 'samples' | 'cut'>> {
  const samples: WindowSample[] = []
  let beforeMs = nowMs + 1
  for (let reads = 0; reads < MOST_INSTANCES; reads++) {
    const stored = await readBefore(beforeMs)
    if (stored === undefined) return { samples, cut: false }
    const { atMs, windows } = stored.decision
    if (atMs < nowMs - HISTORY_MS) return { samples, cut: true }
    const view = windows.find(({ id }) => id === window.id)
    if (view !== undefined) samples.push({ atMs, used: view.used, limit: view.limit })
    beforeMs = Math.min(beforeMs, atMs) - window.lengthMs
  }
  return { samples, cut: true }
}
