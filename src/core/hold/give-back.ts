import { limitOf } from '../policy/override.ts'
import type { Tier } from '../policy/policy.ts'
import type { MicroCredits } from '../shared/amount.ts'
import { giveBackToWindow } from '../window/included.ts'
import { freeSlot } from '../window/guard.ts'
import { capsFor, uncountCaps } from '../waterfall/cap.ts'
import { copyOf, replaceInGrant, replaceInRow, replaceInState } from '../waterfall/replace.ts'
import { subjectRow } from '../waterfall/rows.ts'
import type { CustomerState, GrantState, GuardState, SubjectState, WindowState } from '../waterfall/state.ts'
import type { Hold, HoldLine } from './hold.ts'

export interface Holding {
  readonly state: CustomerState
  readonly rows: readonly SubjectState[]
  /** The customer's tier now; undefined when the policy no longer has it: then windows and caps keep what they counted. */
  readonly tier: Tier | undefined
  readonly atMs: number
}
type Given = Pick<Holding, 'state' | 'rows'>

/** Returns everything a hold still reserves, and its places in the concurrency guards. */
export function giveBackHold(hold: Hold, at: Holding): Given {
  return freeSlots(hold, { ...at, ...giveBackLines(hold, hold.lines, at) })
}

/** Returns reserved lines to where they came from, in reverse order (credits first). Expired periods get nothing back. */
export function giveBackLines(hold: Hold, lines: readonly HoldLine[], at: Holding): Given {
  let { grants, windows } = at.state
  let credits: MicroCredits = 0n
  for (const line of lines.toReversed()) {
    if (line.layer === 'included') windows = giveBackWindows(windows, line, at)
    else grants = grants.map((grant) => (grant.id === line.source ? returned(grant, line.amount) : grant))
    if (line.layer === 'credits') credits += line.amount
  }
  let { caps } = at.state
  let { rows } = at
  if (credits > 0n && at.tier !== undefined) {
    const standings = capsFor(at.tier, at.state, rows, hold, at.atMs)
    ;({ caps, rows } = uncountCaps(standings, credits, { caps, rows, countedAtMs: hold.placedAtMs }))
  }
  return { state: replaceInState(at.state, { grants, windows, caps }), rows }
}

/** Ends the hold's place in every concurrency guard, and in the count of open holds. */
export function freeSlots(hold: Hold, at: Holding): Given {
  const guards = withoutSlots(at.state.guards, hold.slots.customer, hold)
  const name = hold.subject === null ? null : subjectRow(hold.subject)
  const rows =
    name === null || hold.slots.subject.length === 0
      ? at.rows
      : at.rows.map((row) =>
          row.subject === name
            ? replaceInRow(row, { guards: withoutSlots(row.guards, hold.slots.subject, hold) })
            : row,
        )
  const openHolds = at.state.openHolds - 1
  return {
    state: replaceInState(at.state, {
      guards,
      openHolds,
      nextHoldExpiryMs: openHolds === 0 ? null : at.state.nextHoldExpiryMs,
    }),
    rows,
  }
}

function withoutSlots(
  guards: Readonly<Record<string, GuardState>>,
  keys: readonly string[],
  hold: Hold,
): Readonly<Record<string, GuardState>> {
  if (keys.length === 0) return guards
  const next = copyOf(guards)
  for (const key of keys) {
    const freed = freeSlot(next[key], hold.id)
    if (freed === undefined) delete next[key]
    else next[key] = freed
  }
  return next
}

function giveBackWindows(windows: CustomerState['windows'], line: HoldLine, at: Holding): CustomerState['windows'] {
  const next: Record<string, WindowState> = copyOf(windows)
  const { profile } = at.state
  for (const { id, startMs } of line.windows) {
    const window = at.tier?.windows.find((candidate) => candidate.id === id)
    if (window === undefined) continue
    const limit = limitOf(profile, { kind: 'window', id }, window.limit, at.atMs)
    const given = giveBackToWindow(
      window,
      next[id],
      { atMs: at.atMs, anchorMs: profile.anchorMs, timeZone: profile.timeZone, limit },
      startMs,
      line.amount,
    )
    if (given === undefined) delete next[id]
    else next[id] = given
  }
  return next
}

const returned = (grant: GrantState, amount: MicroCredits): GrantState =>
  replaceInGrant(grant, grant.available + amount, grant.held - amount)
