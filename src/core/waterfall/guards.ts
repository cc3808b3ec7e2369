import type { HoldId, SubjectId } from '../shared/ids.ts'
import { limitOf } from '../policy/override.ts'
import type { Counted, FeatureRules, Guard } from '../policy/policy.ts'
import { checkGuard, countInGuard, type GuardCheck } from '../window/guard.ts'
import type { Reason, Step } from './decision.ts'
import type { AccessRequest } from './request.ts'
import { subjectRow } from './rows.ts'
import type { CustomerState, Factors, GuardState, SubjectState } from './state.ts'

type Refusal = Extract<GuardCheck, { ok: false }>

export interface GuardsPassed {
  readonly ok: true
  readonly counted: readonly CountedGuard[]
  /** A guard refused, but lets requests pass that are paid wholly by credits. */
  readonly paidOnly: GuardRefusal | null
  readonly steps: readonly Step[]
}

export interface GuardRefusal {
  readonly guard: Guard
  readonly reason: Reason
  /** Nothing that only time changes lets this guard pass earlier; null: never. */
  readonly retryAtMs: number | null
}

interface CountedGuard {
  readonly guard: Guard
  readonly units: number
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
export function checkGuards(ask: Ask): GuardsPassed | { ok: false; refusal: GuardRefusal; steps: readonly Step[] } {
  const steps: Step[] = []
  const counted: CountedGuard[] = []
  let paidOnly: GuardRefusal | null = null
  for (const guard of ask.rules.guards) {
    if (guard.scope === 'subject' && ask.request.subject === null) continue
    const units = unitsOf(guard, ask.request)
    const check = checkOne(guard, units, ask)
    steps.push(stepOf(guard, units, check))
    if (check.ok) {
      counted.push({ guard, units })
      continue
    }
    const refusal = refusalOf(guard, units, check, ask)
    const higher = guard.paidUse === null ? undefined : ask.rules.paidGuards.get(guard.paidUse)
    if (higher === undefined) return { ok: false, refusal, steps }
    const paid = checkOne(higher, units, ask)
    steps.push(stepOf(higher, units, paid))
    if (!paid.ok)
      return { ok: false, refusal: { ...refusal, retryAtMs: earliest(refusal.retryAtMs, paid.retryAtMs) }, steps }
    counted.push({ guard: higher, units })
    paidOnly ??= refusal
  }
  return { ok: true, counted, paidOnly, steps }
}

/** The guard states after an admitted request, customer-wide and of its subject, and the slots that a hold takes. */
export function countGuards(
  passed: GuardsPassed,
  ask: Ask & { readonly hold: { id: HoldId; expiresAtMs: number } | null },
) {
  let guards = ask.state.guards
  let rows = ask.rows
  const slots: { customer: string[]; subject: string[] } = { customer: [], subject: [] }
  for (const { guard, units } of passed.counted) {
    const seen = stateOf(guard, ask)
    if (guard.kind === 'concurrency') {
      if (ask.hold === null) continue
      slots[guard.scope].push(guard.key)
    }
    const next = countInGuard(guard, seen, { ...checkArguments(guard, units, ask), hold: ask.hold })
    if (guard.scope === 'customer') guards = { ...guards, [guard.key]: next }
    else rows = replaceGuard(rows, subjectRow(ask.request.subject!), guard.key, next)
  }
  return { guards, rows, slots }
}

export function replaceGuard(
  rows: readonly SubjectState[],
  name: SubjectId,
  key: string,
  next: GuardState,
): readonly SubjectState[] {
  return rows.map((row) => (row.subject === name ? { ...row, guards: { ...row.guards, [key]: next } } : row))
}

export const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

function checkOne(guard: Guard, units: number, ask: Ask): GuardCheck {
  return checkGuard(guard, stateOf(guard, ask), checkArguments(guard, units, ask))
}

function checkArguments(guard: Guard, units: number, ask: Ask) {
  const written = guard.kind === 'burst' ? guard.burst : guard.limit
  const limit =
    ask.state.profile.overrides.length === 0
      ? null
      : limitOf(ask.state.profile, { kind: 'guard', id: guard.id }, BigInt(written), ask.atMs)
  return {
    units,
    atMs: ask.atMs,
    limitPermille: permille(ask.factors),
    limitOverride: limit === BigInt(written) ? null : limit,
  }
}

const permille = ({ load, behaviour }: Factors): number => Math.floor((load * behaviour) / 1000)

function stateOf(guard: Guard, ask: Ask): GuardState | undefined {
  if (guard.scope === 'customer') return ask.state.guards[guard.key]
  const name = subjectRow(ask.request.subject!)
  return ask.rows.find((row) => row.subject === name)?.guards[guard.key]
}

function unitsOf(guard: Guard, request: AccessRequest): number {
  if (guard.kind === 'concurrency') return request.mode.kind === 'authorize' ? 1 : 0
  return countedUnits(guard.counts, request)
}

function countedUnits(counts: Counted, { price }: AccessRequest): number {
  if (counts.kind === 'requests') return 1
  return price.kind === 'usage' ? (price.usage[counts.meter] ?? 0) : 0
}

function refusalOf(guard: Guard, units: number, check: Refusal, ask: Ask): GuardRefusal {
  const { load, behaviour } = ask.factors
  if (load < 1000 || behaviour < 1000) {
    const full = checkOne(guard, units, { ...ask, factors: { load: 1000, behaviour: 1000 } })
    if (full.ok)
      return { guard, reason: load <= behaviour ? 'reduced_capacity' : 'abnormal_usage', retryAtMs: check.retryAtMs }
  }
  return { guard, reason: REASON[guard.kind], retryAtMs: check.retryAtMs }
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
