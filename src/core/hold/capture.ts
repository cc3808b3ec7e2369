import { usageLine } from '../waterfall/usage-line.ts'
import { draw } from '../waterfall/draw.ts'
import type { FundingLine } from '../waterfall/decision.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import { replaceInGrant, replaceInState } from '../waterfall/replace.ts'
import type { Price } from '../waterfall/request.ts'
import { changedRows } from '../waterfall/rows.ts'
import type { CustomerState, SubjectState } from '../waterfall/state.ts'
import { priceOf } from '../pricing/cost.ts'
import type { Policy } from '../policy/policy.ts'
import type { UsageEvent, UsageLine } from '../settlement/events.ts'
import { minAmount, type MicroCredits } from '../shared/amount.ts'
import type { HoldId, UsageEventId } from '../shared/ids.ts'
import { freeSlots, giveBackLines } from './give-back.ts'
import type { Hold, HoldLine } from './hold.ts'
import { type NotOpen, openHold } from './open-hold.ts'

export interface CaptureInput {
  readonly snapshot: Snapshot
  readonly hold: HoldId
  /** Actual usage of this capture (of the part since the last one, when partial captures are made). */
  readonly price: Price
  /** False: a partial capture; the hold stays open with what is left. */
  readonly final: boolean
  /** True: the hold is being expired, so that its expiry is no reason to refuse. */
  readonly late?: boolean
  /** The version that the hold was placed under. */
  readonly policy: Policy
  readonly atMs: number
  readonly ids: { readonly usageEvent: UsageEventId }
}

export interface CaptureOutcome {
  readonly hold: Hold
  readonly usageEvent: UsageEvent
  /** Cost of this capture: drawn from the hold, drawn anew, and covered by nothing. */
  readonly cost: MicroCredits
  readonly fromHold: MicroCredits
  readonly drawnAnew: MicroCredits
  readonly absorbed: MicroCredits
  readonly debt: MicroCredits
  /** Returned to its sources. */
  readonly released: MicroCredits
  /** Sources of the part above the hold. */
  readonly funding: readonly FundingLine[]
}

export type CaptureResult =
  | NotOpen
  | { readonly kind: 'bad_meter'; readonly meter: string }
  | { readonly kind: 'captured'; readonly effects: Effects; readonly outcome: CaptureOutcome }

/**
 * Turns reserved value into usage. Less than the hold: the rest goes back in reverse order (credits first). More: the
 * difference runs through the waterfall again, without guards; what nothing covers follows the policy.
 * Cost = from hold + drawn anew + absorbed + debt, always.
 */
export function captureHold(input: CaptureInput): CaptureResult {
  const { snapshot, policy } = input
  const open = openHold(snapshot, input.hold, { atMs: input.atMs, late: input.late === true })
  if (open.kind !== 'open') return open
  const { hold, atMs } = open
  const priced = priceOf(policy, hold.feature, input.price, hold.attributes)
  if (!priced.ok) return { kind: 'bad_meter', meter: priced.reason === 'unknown_meter' ? priced.meter : hold.feature }

  const taken = takeLines(hold.lines, priced.cost)
  let at: { state: CustomerState; rows: readonly SubjectState[] } = {
    state: spendHeld(snapshot.state, taken.used),
    rows: open.rows,
  }
  const over = drawOver(at, hold, { policy, atMs, amount: priced.cost - taken.amount })
  at = { state: over.state, rows: over.rows }

  const tier = policy.tiers.get(at.state.profile.tier)
  const released = input.final ? sum(taken.left) : 0n
  if (input.final) {
    const given = giveBackLines(hold, taken.left, { state: at.state, rows: at.rows, tier, atMs })
    at = freeSlots(hold, { state: given.state, rows: given.rows, tier, atMs })
  }

  const version = snapshot.state.version + 1
  const next: Hold = {
    ...hold,
    status: input.final ? 'captured' : 'open',
    lines: input.final ? [] : taken.left,
    captured: hold.captured + priced.cost,
    creditsLeft: hold.creditsLeft === null ? null : hold.creditsLeft - over.credits,
    closedAtMs: input.final ? atMs : null,
  }
  const usageEvent: UsageEvent = {
    id: input.ids.usageEvent,
    customer: hold.customer,
    version,
    decision: hold.decision,
    hold: hold.id,
    subject: hold.subject,
    task: hold.task,
    feature: hold.feature,
    price: input.price,
    attributes: hold.attributes,
    cost: priced.cost,
    policyVersion: policy.version,
    lines: mergeLines([...taken.used.map(usageLine), ...over.lines]),
    origin: { kind: 'decision' },
    effectiveAtMs: atMs,
    recordedAtMs: atMs,
  }
  const state = replaceInState(at.state, {
    version,
    atMs,
    grants: at.state.grants.filter((grant) => grant.available > 0n || grant.held > 0n),
  })
  const effects: Effects = {
    state,
    subjects: changedRows(at.rows, snapshot),
    holds: [next],
    usageEvents: [usageEvent],
  }
  const { drawnAnew, absorbed, debt, funding } = over
  return {
    kind: 'captured',
    effects,
    outcome: {
      hold: next,
      usageEvent,
      cost: priced.cost,
      fromHold: taken.amount,
      drawnAnew,
      absorbed,
      debt,
      released,
      funding,
    },
  }
}

/** Splits reserved lines, in the order they were taken, at an amount. */
function takeLines(
  lines: readonly HoldLine[],
  amount: MicroCredits,
): { used: readonly HoldLine[]; left: readonly HoldLine[]; amount: MicroCredits } {
  const used: HoldLine[] = []
  const left: HoldLine[] = []
  let rest = amount
  for (const line of lines) {
    const part = minAmount(rest, line.amount)
    rest -= part
    if (part > 0n) used.push({ ...line, amount: part })
    if (part < line.amount) left.push({ ...line, amount: line.amount - part })
  }
  return { used, left, amount: amount - rest }
}

function spendHeld(state: CustomerState, used: readonly HoldLine[]): CustomerState {
  const spent = new Map<string, MicroCredits>()
  for (const line of used)
    if (line.layer !== 'included') spent.set(line.source, (spent.get(line.source) ?? 0n) + line.amount)
  if (spent.size === 0) return state
  const grants = state.grants.map((grant) => {
    const amount = spent.get(grant.id)
    return amount === undefined ? grant : replaceInGrant(grant, grant.available, grant.held - amount)
  })
  return replaceInState(state, { grants })
}

interface Over {
  readonly state: CustomerState
  readonly rows: readonly SubjectState[]
  readonly lines: readonly UsageLine[]
  readonly funding: readonly FundingLine[]
  readonly drawnAnew: MicroCredits
  readonly absorbed: MicroCredits
  readonly debt: MicroCredits
  readonly credits: MicroCredits
}

function drawOver(
  at: { state: CustomerState; rows: readonly SubjectState[] },
  hold: Hold,
  over: { policy: Policy; atMs: number; amount: MicroCredits },
): Over {
  if (over.amount === 0n) return drewNothing(at.state, at.rows)
  // no bound on credits is what consent `on` gave; taken back meanwhile, nothing more is drawn
  const unbounded = hold.creditsLeft === null && at.state.profile.consent !== 'on'
  return drawUsage(at, {
    policy: over.policy,
    atMs: over.atMs,
    amount: over.amount,
    names: hold,
    feature: hold.feature,
    creditsBound: hold.includedOnly || unbounded ? 0n : hold.creditsLeft,
  })
}

const drewNothing = (state: CustomerState, rows: readonly SubjectState[]): Over => ({
  state,
  rows,
  lines: [],
  funding: [],
  drawnAnew: 0n,
  absorbed: 0n,
  debt: 0n,
  credits: 0n,
})

/** Draws usage that has happened already through the layers, without guards; the rest is absorbed or owed. */
export function drawUsage(
  at: { readonly state: CustomerState; readonly rows: readonly SubjectState[] },
  usage: {
    policy: Policy
    atMs: number
    amount: MicroCredits
    names: { subject: string | null; task: string | null }
    feature: string
    creditsBound: MicroCredits | null
  },
): Over {
  const { policy, atMs, amount } = usage
  const tier = policy.tiers.get(at.state.profile.tier)
  const rules = tier?.rulesFor(usage.feature) ?? null
  const drawn =
    tier === undefined || rules === null
      ? null
      : draw(
          {
            state: at.state,
            rows: at.rows,
            tier,
            rules,
            layers: policy.layers,
            names: usage.names,
            amount,
            atMs,
            sources: 'all',
            creditsBound: usage.creditsBound,
            into: 'spent',
          },
          null,
        )
  const covered = drawn?.covered ?? 0n
  const uncovered = amount - covered
  const debt =
    policy.uncovered.kind === 'debt'
      ? minAmount(uncovered, policy.uncovered.max > at.state.debt ? policy.uncovered.max - at.state.debt : 0n)
      : 0n
  const absorbed = uncovered - debt
  const lines = (drawn?.lines ?? []).map(usageLine)
  if (debt > 0n) lines.push({ kind: 'debt', amount: debt })
  if (absorbed > 0n) lines.push({ kind: 'absorbed', amount: absorbed })
  const state =
    drawn === null
      ? at.state
      : replaceInState(at.state, { windows: drawn.windows, grants: drawn.grants, caps: drawn.caps })
  return {
    state: debt > 0n ? replaceInState(state, { debt: state.debt + debt }) : state,
    rows: drawn?.rows ?? at.rows,
    lines,
    funding: drawn?.funding ?? [],
    drawnAnew: covered,
    absorbed,
    debt,
    credits: drawn?.credits.drawn ?? 0n,
  }
}

/** One line a source: a grant is charged once for one usage event. */
function mergeLines(lines: readonly UsageLine[]): readonly UsageLine[] {
  const merged = new Map<string, UsageLine>()
  for (const line of lines) {
    const key = line.kind === 'window' || line.kind === 'grant' ? `${line.kind}:${line.source}` : line.kind
    const before = merged.get(key)
    merged.set(key, before === undefined ? line : { ...line, amount: before.amount + line.amount })
  }
  return [...merged.values()]
}

const sum = (lines: readonly HoldLine[]): MicroCredits => lines.reduce((total, line) => total + line.amount, 0n)
