import { limitOf } from '../policy/override.ts'
import type { Counted, FeatureRules, Guard } from '../policy/policy.ts'
import { checkGuard, countInGuard, type GuardCheck, type GuardCount } from '../window/guard.ts'
import type { Reason, Step } from './decision.ts'
import { copyOf } from './replace.ts'
import type { AccessRequest } from './request.ts'
import { subjectRow } from './rows.ts'
import { type CustomerState, type Factors, type GuardState, type SubjectState, UNREDUCED } from './state.ts'

type Refusal = Extract<GuardCheck, { ok: false }>

export interface GuardsPassed {
  readonly ok: true
  readonly asked: readonly AskedGuard[]
  /** A guard refused, but lets requests pass that are paid wholly by credits. */
  readonly paidOnly: GuardRefusal | null
}

export interface GuardRefusal {
  readonly guard: Guard
  readonly reason: Reason
  /** Nothing that only time changes lets this guard pass earlier; null: never. */
  readonly retryAtMs: number | null
}

/** A guard, the state it was asked on, and what it was asked: what counting it needs again. */
interface AskedGuard {
  readonly guard: Guard
  readonly seen: GuardState | undefined
  readonly count: GuardCount
}

interface Ask {
  readonly request: AccessRequest
  readonly rules: FeatureRules
  readonly state: CustomerState
  readonly rows: readonly SubjectState[]
  readonly factors: Factors
  readonly atMs: number
}

/** Asks every guard of the feature; the first refusal that no paid guard lifts decides. Counts nothing. */
export function checkGuards(ask: Ask, steps: Step[] | null): GuardsPassed | { ok: false; refusal: GuardRefusal } {
  const own = ownRow(ask)
  const passed: AskedGuard[] = []
  let paidOnly: GuardRefusal | null = null
  for (const guard of ask.rules.guards) {
    if (guard.scope === 'subject' && ask.request.subject === null) continue
    const asked = askedOf(guard, own, ask)
    const check = checkGuard(guard, asked.seen, asked.count)
    steps?.push(stepOf(guard, asked.count.units, check))
    if (check.ok) {
      passed.push(asked)
      continue
    }
    const refusal = refusalOf(asked, check, ask.factors)
    const higher = guard.paidUse === null ? undefined : ask.rules.paidGuards.get(guard.paidUse)
    if (higher === undefined) return { ok: false, refusal }
    const askedHigher = askedOf(higher, own, ask)
    const paid = checkGuard(higher, askedHigher.seen, askedHigher.count)
    steps?.push(stepOf(higher, askedHigher.count.units, paid))
    if (!paid.ok) return { ok: false, refusal: { ...refusal, retryAtMs: earliest(refusal.retryAtMs, paid.retryAtMs) } }
    passed.push(askedHigher)
    paidOnly ??= refusal
  }
  return { ok: true, asked: passed, paidOnly }
}

/** The guard states after an admitted request, customer-wide and of its subject, and the slots that a hold takes. */
export function countGuards(
  { asked }: GuardsPassed,
  on: {
    readonly request: AccessRequest
    readonly state: CustomerState
    readonly rows: readonly SubjectState[]
    readonly hold: GuardCount['hold']
  },
): { guards: CustomerState['guards']; rows: readonly SubjectState[]; slots: Slots } {
  const { state, hold } = on
  const row = ownRow(on)
  const slots = hold === null ? NO_SLOTS : { customer: [], subject: [] }
  let guards: Record<string, GuardState> | null = null
  let own: Record<string, GuardState> | null = null
  for (const { guard, seen, count } of asked) {
    const concurrency = guard.kind === 'concurrency'
    if (concurrency && hold === null) continue
    if (concurrency) slots[guard.scope].push(guard.key)
    // only a concurrency guard looks at the hold
    const next = countInGuard(guard, seen, concurrency ? { ...count, hold } : count)
    if (guard.scope === 'customer') {
      guards ??= copyOf(state.guards)
      guards[guard.key] = next
    } else {
      own ??= row === undefined ? {} : copyOf(row.guards)
      own[guard.key] = next
    }
  }
  const rows =
    own === null
      ? on.rows
      : on.rows.map((one) => (one === row ? { subject: row.subject, guards: own, caps: row.caps } : one))
  return { guards: guards ?? state.guards, rows, slots }
}

interface Slots {
  readonly customer: string[]
  readonly subject: string[]
}
/** Nothing is ever put in: a request without a hold takes no slot. */
const NO_SLOTS: Slots = { customer: [], subject: [] }

/** The row of the request's subject. */
function ownRow({ request, rows }: Pick<Ask, 'request' | 'rows'>): SubjectState | undefined {
  if (request.subject === null) return undefined
  const name = subjectRow(request.subject)
  for (const row of rows) if (row.subject === name) return row
  return undefined
}

export const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

function askedOf(guard: Guard, own: SubjectState | undefined, ask: Ask): AskedGuard {
  const { state, factors, atMs } = ask
  const guards = guard.scope === 'customer' ? state.guards : own?.guards
  return {
    guard,
    seen: guards?.[guard.key],
    count: {
      units: unitsOf(guard, ask.request),
      atMs,
      limitPermille: permille(factors),
      limitOverride: state.profile.overrides.length === 0 ? null : overridden(guard, ask),
      hold: null,
    },
  }
}

/** The limit that an override puts in place of the guard's; null when none changes it. */
function overridden(guard: Guard, { state, atMs }: Ask): bigint | null {
  const written = BigInt(guard.kind === 'burst' ? guard.burst : guard.limit)
  const limit = limitOf(state.profile, { kind: 'guard', id: guard.id }, written, atMs)
  return limit === written ? null : limit
}

const permille = ({ load, behaviour }: Factors): number => Math.floor((load * behaviour) / 1000)

function unitsOf(guard: Guard, request: AccessRequest): number {
  if (guard.kind === 'concurrency') return request.mode.kind === 'authorize' ? 1 : 0
  return countedUnits(guard.counts, request)
}

function countedUnits(counts: Counted, { price }: AccessRequest): number {
  if (counts.kind === 'requests') return 1
  return price.kind === 'usage' ? (price.usage[counts.meter] ?? 0) : 0
}

function refusalOf({ guard, seen, count }: AskedGuard, check: Refusal, { load, behaviour }: Factors): GuardRefusal {
  const { retryAtMs } = check
  if (load < 1000 || behaviour < 1000) {
    const full = checkGuard(guard, seen, { ...count, limitPermille: permille(UNREDUCED) })
    if (full.ok) return { guard, reason: load <= behaviour ? 'reduced_capacity' : 'abnormal_usage', retryAtMs }
  }
  return { guard, reason: REASON[guard.kind], retryAtMs }
}

const REASON = { burst: 'burst_exceeded', sliding: 'rate_exceeded', concurrency: 'concurrency_exceeded' } as const

function stepOf(guard: Guard, units: number, check: GuardCheck): Step {
  const found = check.ok ? check.remaining : Math.max(0, check.limit - check.found)
  return {
    step: 'guard',
    source: guard.id,
    verdict: check.ok ? 'passed' : 'denied',
    limit: BigInt(Math.floor(check.limit)),
    found: BigInt(Math.floor(found)),
    took: BigInt(units),
    why: check.ok ? null : REASON[guard.kind],
  }
}
