import type { Allowance } from '../policy/policy.ts'
import { MAX_AMOUNT, type MicroCredits, maxAmount, minAmount } from '../shared/amount.ts'
import { periodAt } from '../shared/calendar.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { LedgerGrant } from '../settlement/events.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import type { CustomerProfile } from '../waterfall/state.ts'
import { type Change, closeChange, openChange } from './change.ts'
import { enterInto } from './enter.ts'
import { expireInto, hasExpired } from './expire.ts'
import { takeOut } from './take-out.ts'

/** When an allowance rule is due next. */
export interface NextRefresh {
  readonly rule: string
  readonly dueAtMs: number
}

export interface RefreshPlan {
  /** Null: nothing was due and nothing had expired. */
  readonly effects: Effects | null
  /** The customer's whole schedule after it. */
  readonly refreshes: readonly NextRefresh[]
}

type Times = Pick<CustomerProfile, 'anchorMs' | 'timeZone'>

export const refreshSource = (rule: string, startMs: number): string => `refresh:${rule}:${startMs}`
export const rolloverSource = (rule: string, startMs: number): string => `rollover:${rule}:${startMs}`

/**
 * Turns a tier's allowances over: each rule gets its grant for the running period if it has none, what rolls over is
 * carried on, everything else past its end expires.
 *
 * Exactly once per (customer, rule, period start): the period comes from the customer's own time, which never runs back,
 * the source names the period, and a grant of the rule that is still running keeps the next one from starting early,
 * also after the anchor or zone was changed. Periods that passed while nothing ran are not made up for.
 *
 * `due` is what the schedule said. A rule that was due inside a period (its periods were changed since) gets what is left
 * of that period, so that no two of its grants share a start or overlap.
 */
export function refreshAllowances(
  snapshot: Snapshot,
  input: { readonly allowances: readonly Allowance[]; readonly due: readonly NextRefresh[] },
  ctx: LedgerContext,
): RefreshPlan {
  const { allowances, due } = input
  const change = openChange(snapshot, ctx)
  const { profile } = snapshot.state
  const refreshes: NextRefresh[] = []
  for (const rule of profile.status === 'closed' ? [] : allowances) {
    const dueAtMs = due.find((one) => one.rule === rule.id)?.dueAtMs ?? null
    refreshes.push({ rule: rule.id, dueAtMs: refreshRule(change, { rule, dueAtMs, times: profile }, ctx) })
  }
  expireInto(change, ctx)
  return { effects: closeChange(snapshot, change), refreshes }
}

function refreshRule(
  change: Change,
  input: { rule: Allowance; dueAtMs: number | null; times: Times },
  ctx: LedgerContext,
): number {
  const { rule, dueAtMs, times } = input
  const own = [...change.book.grants.values()].filter((grant) => isOf(grant, 'refresh', rule.id))
  const running = own.find((grant) => !hasExpired(grant, change.atMs))
  if (running?.expiresAtMs) return running.expiresAtMs

  const period = periodAt(rule.period, { atMs: change.atMs, ...timesOf(times) })
  const startMs = dueAtMs !== null && dueAtMs <= change.atMs ? Math.max(period.startMs, dueAtMs) : period.startMs
  for (const ended of own) rollOver(change, { rule, ended, times }, ctx)
  if (rule.amount > 0n && fits(change, rule.amount)) {
    enterInto(
      change,
      {
        kind: 'allowance',
        amount: rule.amount,
        priority: rule.priority,
        features: rule.features,
        effectiveAtMs: startMs,
        expiresAtMs: period.endMs,
        source: refreshSource(rule.id, startMs),
        reason: rule.title,
      },
      ctx,
    )
  }
  return period.endMs
}

/** The old grant expires whole; what may be carried enters as a grant of its own, with its own expiry. */
function rollOver(
  change: Change,
  input: { rule: Allowance; ended: LedgerGrant; times: Times },
  ctx: LedgerContext,
): void {
  const { rule, ended } = input
  const left = availableIn(change, (grant) => grant.id === ended.id)
  if (rule.rollover === null || ended.expiresAtMs === null || left === 0n) return

  const expiresAtMs = endAfter(rule, { fromMs: ended.expiresAtMs, periods: rule.rollover.periods, times: input.times })
  const carried = availableIn(change, (grant) => isOf(grant, 'rollover', rule.id) && !hasExpired(grant, change.atMs))
  const carry = minAmount(left, maxAmount(0n, rule.rollover.max - carried))
  takeOut(change, { grant: ended.id, amount: left, cause: { kind: 'expiry' }, effectiveAtMs: ended.expiresAtMs }, ctx)
  if (carry === 0n || expiresAtMs <= change.atMs) return
  enterInto(
    change,
    {
      kind: 'allowance',
      amount: carry,
      priority: rule.priority,
      features: rule.features,
      effectiveAtMs: ended.expiresAtMs,
      expiresAtMs,
      source: rolloverSource(rule.id, ended.expiresAtMs),
      reason: rule.title,
    },
    ctx,
  )
}

/** End of the n-th period that starts at or after the old grant's end. `periods` is bounded by the policy's validation. */
function endAfter(rule: Allowance, input: { fromMs: number; periods: number; times: Times }): number {
  let atMs = input.fromMs
  for (let n = 0; n < input.periods; n += 1) atMs = periodAt(rule.period, { atMs, ...timesOf(input.times) }).endMs
  return atMs
}

const timesOf = ({ anchorMs, timeZone }: Times): Times => ({ anchorMs, timeZone })

function isOf(grant: LedgerGrant, what: 'refresh' | 'rollover', rule: string): boolean {
  const prefix = `${what}:${rule}:`
  return grant.source.startsWith(prefix) && /^-?\d+$/.test(grant.source.slice(prefix.length))
}

function availableIn(change: Change, which: (grant: LedgerGrant) => boolean): MicroCredits {
  let sum = 0n
  for (const state of change.grants) {
    const grant = change.book.grants.get(state.id)
    if (grant !== undefined && which(grant)) sum += state.available
  }
  return sum
}

function fits(change: Change, amount: MicroCredits): boolean {
  let sum = amount
  for (const grant of change.book.grants.values()) sum += grant.balance
  return sum <= MAX_AMOUNT
}
