import { limitOf } from '../policy/override.ts'
import type { Tier } from '../policy/policy.ts'
import type { MicroCredits } from '../shared/amount.ts'
import { periodAt } from '../shared/calendar.ts'
import type { SubjectId } from '../shared/ids.ts'
import { copyOf, replaceInRow } from './replace.ts'
import { subjectRow, taskRow } from './rows.ts'
import type { CapState, CustomerProfile, CustomerState, SpendCap, SubjectState } from './state.ts'

/** One spend cap that binds a request: how many bought credits it still lets through in its period. */
export interface CapStanding {
  readonly id: string
  /** Row that counts it; null: the customer's state row. */
  readonly row: SubjectId | null
  readonly limit: MicroCredits
  readonly used: MicroCredits
  readonly remaining: MicroCredits
  readonly startMs: number
  /** Null: this cap never resets. */
  readonly resetsAtMs: number | null
}

interface Names {
  readonly subject: SubjectId | null
  readonly task: SubjectId | null
}

/** Every cap of the tier and of the customer that applies to these names. */
export function capsFor(
  tier: Tier,
  state: CustomerState,
  rows: readonly SubjectState[],
  names: Names,
  atMs: number,
): readonly CapStanding[] {
  if (tier.caps.length === 0 && state.profile.caps.length === 0) return []
  const standings: CapStanding[] = []
  for (const cap of [...tier.caps, ...state.profile.caps]) {
    const row = rowOf(cap, names)
    if (row === undefined) continue
    const counted =
      row === null ? state.caps[cap.id] : rows.find((candidate) => candidate.subject === row)?.caps[cap.id]
    standings.push(standing(cap, row, counted, state.profile, atMs))
  }
  return standings
}

/** Null: counted in the customer's row. Undefined: the cap does not apply. */
function rowOf(cap: SpendCap, names: Names): SubjectId | null | undefined {
  switch (cap.scope) {
    case 'customer':
      return null
    case 'subject':
      if (names.subject === null || (cap.subject !== null && cap.subject !== names.subject)) return undefined
      return subjectRow(names.subject)
    case 'task':
      if (names.task === null || (cap.subject !== null && cap.subject !== names.task)) return undefined
      return taskRow(names.task)
  }
}

function standing(
  cap: SpendCap,
  row: SubjectId | null,
  counted: CapState | undefined,
  profile: CustomerProfile,
  atMs: number,
): CapStanding {
  const limit = limitOf(profile, { kind: 'cap', id: cap.id }, cap.limit, atMs)
  const period = capPeriod(cap, profile, atMs)
  const used = counted !== undefined && counted.startMs === period.startMs ? counted.used : 0n
  return {
    id: cap.id,
    row,
    limit,
    used,
    remaining: used < limit ? limit - used : 0n,
    startMs: period.startMs,
    resetsAtMs: period.endMs,
  }
}

function capPeriod(cap: SpendCap, profile: CustomerProfile, atMs: number): { startMs: number; endMs: number | null } {
  if (cap.period === 'ever') return { startMs: 0, endMs: null }
  return periodAt(
    { kind: 'calendar', unit: cap.period, zone: 'customer' },
    { atMs, anchorMs: profile.anchorMs, timeZone: profile.timeZone },
  )
}

/** Counts drawn credits in each cap; returns the replaced customer caps and rows. */
export function countCaps(
  caps: readonly CapStanding[],
  drawn: MicroCredits,
  base: { readonly caps: CustomerState['caps']; readonly rows: readonly SubjectState[] },
): { caps: CustomerState['caps']; rows: readonly SubjectState[] } {
  if (caps.length === 0 || drawn === 0n) return base
  return changeCaps(caps, base, (cap) => cap.used + drawn)
}

/** Takes credits that were not used after all out of the caps that still run the period which counted them. */
export function uncountCaps(
  caps: readonly CapStanding[],
  returned: MicroCredits,
  base: { readonly caps: CustomerState['caps']; readonly rows: readonly SubjectState[]; readonly countedAtMs: number },
): { caps: CustomerState['caps']; rows: readonly SubjectState[] } {
  if (caps.length === 0 || returned === 0n) return base
  const running = caps.filter((cap) => cap.startMs <= base.countedAtMs)
  return changeCaps(running, base, (cap) => (cap.used > returned ? cap.used - returned : 0n))
}

function withCap(caps: CustomerState['caps'], id: string, next: CapState): CustomerState['caps'] {
  const changed = copyOf(caps)
  changed[id] = next
  return changed
}

function changeCaps(
  caps: readonly CapStanding[],
  base: { readonly caps: CustomerState['caps']; readonly rows: readonly SubjectState[] },
  usedAfter: (cap: CapStanding) => MicroCredits,
): { caps: CustomerState['caps']; rows: readonly SubjectState[] } {
  let customerCaps = base.caps
  let rows = base.rows
  for (const cap of caps) {
    const next: CapState = { startMs: cap.startMs, used: usedAfter(cap) }
    if (cap.row === null) customerCaps = withCap(customerCaps, cap.id, next)
    else
      rows = rows.map((row) =>
        row.subject === cap.row ? replaceInRow(row, { caps: withCap(row.caps, cap.id, next) }) : row,
      )
  }
  return { caps: customerCaps, rows }
}
