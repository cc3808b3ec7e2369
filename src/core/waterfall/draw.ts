import type { HoldLine } from '../hold/hold.ts'
import type { GrantKind, Layer } from '../policy/document.ts'
import { limitOf } from '../policy/override.ts'
import type { FeatureRules, IncludedWindow, Tier } from '../policy/policy.ts'
import { minAmount, type MicroCredits } from '../shared/amount.ts'
import type { SubjectId } from '../shared/ids.ts'
import { countInWindow, viewWindow, type WindowStanding } from '../window/included.ts'
import { capsFor, countCaps, type CapStanding } from './cap.ts'
import type { FundingLine, Step, WindowView } from './decision.ts'
import type { CustomerState, GrantState, SubjectState, WindowState } from './state.ts'

export interface DrawAsk {
  readonly state: CustomerState
  readonly rows: readonly SubjectState[]
  readonly tier: Tier
  readonly rules: FeatureRules
  readonly layers: readonly Layer[]
  readonly names: { readonly subject: SubjectId | null; readonly task: SubjectId | null }
  readonly amount: MicroCredits
  readonly atMs: number
  /** `credits_only`: a request that a guard let pass on the condition that it is paid. */
  readonly sources: 'all' | 'credits_only'
  /** Bought credits that may be drawn; null: no bound but balance and caps. */
  readonly creditsBound: MicroCredits | null
  /** Whether grants keep the drawn value as held, or give it up to settlement. */
  readonly into: 'held' | 'spent'
}

/** What the waterfall covers of an amount and what it leaves behind. Nothing is changed: the parts replace the seen ones. */
export interface Draw {
  readonly covered: MicroCredits
  readonly funding: readonly FundingLine[]
  readonly lines: readonly HoldLine[]
  readonly windows: CustomerState['windows']
  readonly views: readonly WindowView[]
  readonly grants: readonly GrantState[]
  readonly caps: CustomerState['caps']
  readonly rows: readonly SubjectState[]
  readonly steps: readonly Step[]
  readonly credits: {
    /** What was left to cover when the waterfall reached bought credits. */
    readonly needed: MicroCredits
    readonly drawn: MicroCredits
    /** Balance of bought credits that this request could use. */
    readonly balance: MicroCredits
    /** The cap with the least room; null when none applies. */
    readonly cap: CapStanding | null
  }
}

/**
 * Runs an amount through the layers in the policy's order. A layer is asked only for what earlier ones left, so nothing
 * is drawn from it while an earlier applicable one has room.
 */
export function draw(ask: DrawAsk): Draw {
  const { state, atMs } = ask
  const steps: Step[] = []
  const funding: FundingLine[] = []
  const lines: HoldLine[] = []
  const standings = ask.rules.windows.map((window) => standingOf(window, state, atMs))
  let need = ask.amount
  let windows = state.windows
  let views = standings.map((standing, i) => viewOf(ask.rules.windows[i]!, standing))
  let taken: Map<string, MicroCredits> | null = null
  let credits: Draw['credits'] = { needed: 0n, drawn: 0n, balance: 0n, cap: null }
  const caps = capsFor(ask.tier, state, ask.rows, ask.names, atMs)

  for (const layer of ask.layers) {
    if (layer === 'included') {
      const drawn = drawIncluded(ask, standings, need, steps)
      if (drawn === null) continue
      need -= drawn.line.amount
      funding.push(drawn.funding)
      lines.push(drawn.line)
      windows = drawn.windows
      views = drawn.views
      continue
    }
    let bound: MicroCredits | null = null
    if (layer === 'credits') {
      const balance = balanceOf(ask, layer)
      const cap = tightest(caps)
      bound = ask.creditsBound
      if (cap !== null && (bound === null || cap.remaining < bound)) bound = cap.remaining
      credits = { needed: need, drawn: 0n, balance, cap }
      if (need > 0n && balance > 0n && bound === 0n)
        steps.push({
          step: 'credits',
          source: 'credits',
          verdict: 'skipped',
          limit: bound,
          found: balance,
          took: 0n,
          why: cap?.remaining === 0n ? 'cap_reached' : 'not_consented',
        })
    } else if (ask.sources === 'credits_only') continue
    const before = need
    for (const grant of state.grants) {
      if (grant.kind !== layer) continue
      const why = unusable(grant, ask)
      if (why !== null || need === 0n || bound === 0n) {
        steps.push(grantStep(layer, grant, 0n, why ?? (need === 0n ? 'not_needed' : 'bounded')))
        continue
      }
      const amount = minAmount(need, bound === null ? grant.available : minAmount(bound, grant.available))
      need -= amount
      if (bound !== null) bound -= amount
      taken ??= new Map()
      taken.set(grant.id, amount)
      funding.push({
        layer,
        source: grant.id,
        amount,
        before: grant.available,
        after: grant.available - amount,
        resetsAtMs: null,
        expiresAtMs: grant.expiresAtMs,
      })
      lines.push({ layer, source: grant.id, amount, windows: [] })
      steps.push(grantStep(layer, grant, amount, null))
    }
    if (layer === 'credits') credits = { ...credits, drawn: before - need }
  }
  const counted = countCaps(caps, credits.drawn, { caps: state.caps, rows: ask.rows })
  return {
    covered: ask.amount - need,
    funding,
    lines,
    windows,
    views,
    grants: taken === null ? state.grants : takeFromGrants(state.grants, taken, ask.into),
    caps: counted.caps,
    rows: counted.rows,
    steps,
    credits,
  }
}

/** How an included window stands for this customer now, overrides counted. */
export function standingOf(window: IncludedWindow, state: CustomerState, atMs: number): WindowStanding {
  const { profile } = state
  const limit = limitOf(profile, { kind: 'window', id: window.id }, window.limit, atMs)
  return viewWindow(window, state.windows[window.id], {
    atMs,
    anchorMs: profile.anchorMs,
    timeZone: profile.timeZone,
    limit,
  })
}

function drawIncluded(ask: DrawAsk, standings: readonly WindowStanding[], need: MicroCredits, steps: Step[]) {
  const { windows } = ask.rules
  if (ask.sources === 'credits_only' || windows.length === 0) return null
  let binding = 0
  for (let i = 1; i < standings.length; i++) if (standings[i]!.remaining < standings[binding]!.remaining) binding = i
  const bound = standings[binding]!
  const amount = minAmount(bound.remaining, need)
  for (let i = 0; i < windows.length; i++) {
    const { limit, remaining } = standings[i]!
    steps.push({
      step: 'included',
      source: windows[i]!.id,
      verdict: amount > 0n ? 'took' : 'skipped',
      limit,
      found: remaining,
      took: amount,
      why: amount > 0n ? null : need === 0n ? 'not_needed' : remaining === 0n ? 'used_up' : 'bound_by_other',
    })
  }
  if (amount === 0n) return null

  const { profile } = ask.state
  const next: Record<string, WindowState> = { ...ask.state.windows }
  const counted = windows.map((window, i) => {
    const at = { atMs: ask.atMs, anchorMs: profile.anchorMs, timeZone: profile.timeZone, limit: standings[i]!.limit }
    const { state, startMs } = countInWindow(window, next[window.id], at, amount)
    next[window.id] = state
    return { id: window.id, startMs }
  })
  const after = { ...ask.state, windows: next }
  const views = windows.map((window) => viewOf(window, standingOf(window, after, ask.atMs)))
  const source = windows[binding]!.id
  const line: HoldLine = { layer: 'included', source, amount, windows: counted }
  const fundingLine: FundingLine = {
    layer: 'included',
    source,
    amount,
    before: bound.remaining,
    after: bound.remaining - amount,
    resetsAtMs: views[binding]!.resetsAtMs,
    expiresAtMs: null,
  }
  return { line, funding: fundingLine, windows: next, views }
}

function viewOf(window: IncludedWindow, standing: WindowStanding): WindowView {
  return {
    id: window.id,
    limit: standing.limit,
    used: standing.used,
    remaining: standing.remaining,
    resetsAtMs: standing.resetsAtMs,
  }
}

/** Why a grant cannot pay for this request now; null when it can. */
function unusable(grant: GrantState, ask: DrawAsk): string | null {
  if (grant.effectiveAtMs > ask.atMs) return 'not_yet_effective'
  if (grant.expiresAtMs !== null && grant.expiresAtMs <= ask.atMs) return 'expired'
  if (grant.features !== null && !grant.features.includes(ask.rules.feature)) return 'other_features'
  return grant.available === 0n ? 'used_up' : null
}

function balanceOf(ask: DrawAsk, kind: GrantKind): MicroCredits {
  let sum = 0n
  for (const grant of ask.state.grants) if (grant.kind === kind && unusable(grant, ask) === null) sum += grant.available
  return sum
}

function tightest(caps: readonly CapStanding[]): CapStanding | null {
  let least: CapStanding | null = null
  for (const cap of caps) if (least === null || cap.remaining < least.remaining) least = cap
  return least
}

function grantStep(layer: GrantKind, grant: GrantState, took: MicroCredits, why: string | null): Step {
  return {
    step: layer === 'credits' ? 'credits' : 'grant',
    source: grant.id,
    verdict: took > 0n ? 'took' : 'skipped',
    limit: grant.amount,
    found: grant.available,
    took,
    why,
  }
}

function takeFromGrants(
  grants: readonly GrantState[],
  taken: ReadonlyMap<string, MicroCredits>,
  into: 'held' | 'spent',
): readonly GrantState[] {
  const next: GrantState[] = []
  for (const grant of grants) {
    const amount = taken.get(grant.id)
    if (amount === undefined) {
      next.push(grant)
      continue
    }
    const available = grant.available - amount
    const held = into === 'held' ? grant.held + amount : grant.held
    if (available > 0n || held > 0n) next.push({ ...grant, available, held })
  }
  return next
}
