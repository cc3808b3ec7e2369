import type { HoldLine } from '../hold/hold.ts'
import type { GrantKind, Layer } from '../policy/document.ts'
import { limitOf } from '../policy/override.ts'
import type { FeatureRules, IncludedWindow, Tier } from '../policy/policy.ts'
import { minAmount, type MicroCredits } from '../shared/amount.ts'
import type { SubjectId } from '../shared/ids.ts'
import { countInWindow, viewWindow, type WindowStanding, type WindowTime } from '../window/included.ts'
import { capsFor, countCaps, type CapStanding } from './cap.ts'
import type { FundingLine, Step, WindowView } from './decision.ts'
import { copyOf, replaceInGrant } from './replace.ts'
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

const NO_CREDITS: Draw['credits'] = { needed: 0n, drawn: 0n, balance: 0n, cap: null }

/**
 * Runs an amount through the layers in the policy's order. A layer is asked only for what earlier ones left, so nothing
 * is drawn from it while an earlier applicable one has room. `steps` gets what was tried; null: nobody reads it.
 */
export function draw(ask: DrawAsk, steps: Step[] | null): Draw {
  const { state, atMs } = ask
  const funding: FundingLine[] = []
  const lines: HoldLine[] = []
  const looks = ask.rules.windows.map((window) => lookAt(window, state, atMs))
  let need = ask.amount
  let included: Included | null = null
  let grants: GrantState[] | null = null
  let credits = NO_CREDITS
  const caps = capsFor(ask.tier, state, ask.rows, ask.names, atMs)

  for (const layer of ask.layers) {
    if (layer === 'included') {
      included = drawIncluded(ask, looks, need, steps)
      if (included === null) continue
      need -= included.line.amount
      funding.push(included.funding)
      lines.push(included.line)
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
        steps?.push({
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
    for (let i = 0; i < state.grants.length; i++) {
      const grant = state.grants[i]!
      if (grant.kind !== layer) continue
      const why = unusable(grant, ask)
      if (why !== null || need === 0n || bound === 0n) {
        steps?.push(grantStep(layer, grant, 0n, why ?? (need === 0n ? 'not_needed' : 'bounded')))
        continue
      }
      const amount = minAmount(need, bound === null ? grant.available : minAmount(bound, grant.available))
      need -= amount
      if (bound !== null) bound -= amount
      grants ??= [...state.grants]
      grants[i] = lessened(grant, amount, ask.into)
      funding.push({
        layer,
        source: grant.id,
        amount,
        before: grant.available,
        after: grant.available - amount,
        resetsAtMs: null,
        expiresAtMs: grant.expiresAtMs,
      })
      lines.push({ layer, source: grant.id, amount, windows: NO_WINDOWS })
      steps?.push(grantStep(layer, grant, amount, null))
    }
    if (layer === 'credits')
      credits = { needed: credits.needed, drawn: before - need, balance: credits.balance, cap: credits.cap }
  }
  const counted = countCaps(caps, credits.drawn, { caps: state.caps, rows: ask.rows })
  return {
    covered: ask.amount - need,
    funding,
    lines,
    windows: included === null ? state.windows : included.windows,
    views: included === null ? looks.map(viewOf) : included.views,
    grants: grants === null ? state.grants : withoutEmptied(grants, state.grants),
    caps: counted.caps,
    rows: counted.rows,
    credits,
  }
}

const NO_WINDOWS: HoldLine['windows'] = []

/** An included window, when and under which limit it is looked at, and how it stands then. */
interface Look {
  readonly window: IncludedWindow
  readonly at: WindowTime
  readonly standing: WindowStanding
}

function lookAt(window: IncludedWindow, state: CustomerState, atMs: number): Look {
  const { profile } = state
  const limit = limitOf(profile, { kind: 'window', id: window.id }, window.limit, atMs)
  const at = { atMs, anchorMs: profile.anchorMs, timeZone: profile.timeZone, limit }
  return { window, at, standing: viewWindow(window, state.windows[window.id], at) }
}

/** How an included window stands for this customer now, overrides counted. */
export const standingOf = (window: IncludedWindow, state: CustomerState, atMs: number): WindowStanding =>
  lookAt(window, state, atMs).standing

interface Included {
  readonly line: HoldLine
  readonly funding: FundingLine
  readonly windows: CustomerState['windows']
  readonly views: readonly WindowView[]
}

function drawIncluded(ask: DrawAsk, looks: readonly Look[], need: MicroCredits, steps: Step[] | null): Included | null {
  let binding = looks[0]
  if (ask.sources === 'credits_only' || binding === undefined) return null
  for (const look of looks) if (look.standing.remaining < binding.standing.remaining) binding = look
  const { remaining: before } = binding.standing
  const amount = minAmount(before, need)
  if (steps !== null) for (const look of looks) steps.push(includedStep(look, amount, need))
  if (amount === 0n) return null

  const source = binding.window.id
  let resetsAtMs: number | null = null
  const next: Record<string, WindowState> = copyOf(ask.state.windows)
  const counted: { id: string; startMs: number }[] = []
  const views: WindowView[] = []
  for (const { window, at } of looks) {
    const { id } = window
    const { state, startMs } = countInWindow(window, next[id], at, amount)
    next[id] = state
    counted.push({ id, startMs })
    const view = viewOf({ window, standing: viewWindow(window, state, at) })
    if (id === source) resetsAtMs = view.resetsAtMs
    views.push(view)
  }
  return {
    line: { layer: 'included', source, amount, windows: counted },
    funding: {
      layer: 'included',
      source,
      amount,
      before,
      after: before - amount,
      resetsAtMs,
      expiresAtMs: null,
    },
    windows: next,
    views,
  }
}

function includedStep({ window, standing }: Look, amount: MicroCredits, need: MicroCredits): Step {
  const { limit, remaining } = standing
  const took = amount > 0n
  return {
    step: 'included',
    source: window.id,
    verdict: took ? 'took' : 'skipped',
    limit,
    found: remaining,
    took: amount,
    why: took ? null : need === 0n ? 'not_needed' : remaining === 0n ? 'used_up' : 'bound_by_other',
  }
}

export function viewOf({ window, standing }: Pick<Look, 'window' | 'standing'>): WindowView {
  const { limit, used, remaining, resetsAtMs } = standing
  return { id: window.id, limit, used, remaining, resetsAtMs }
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

function lessened(grant: GrantState, amount: MicroCredits, into: 'held' | 'spent'): GrantState {
  return replaceInGrant(grant, grant.available - amount, into === 'held' ? grant.held + amount : grant.held)
}

/** Without the grants that this draw emptied. */
function withoutEmptied(grants: readonly GrantState[], seen: readonly GrantState[]): readonly GrantState[] {
  for (const grant of grants)
    if (grant.available === 0n && grant.held === 0n)
      return grants.filter((one, i) => one === seen[i] || one.available > 0n || one.held > 0n)
  return grants
}
