import { captureHold, type CaptureOutcome } from '../hold/capture.ts'
import { expireHold } from '../hold/expire.ts'
import { extendHold, reportUsage } from '../hold/extend.ts'
import type { Hold } from '../hold/hold.ts'
import { releaseHold } from '../hold/release.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Policy } from '../policy/policy.ts'
import type { UsageEvent } from '../settlement/events.ts'
import { assert } from '../shared/assert.ts'
import type { SubjectId } from '../shared/ids.ts'
import type { Decision } from '../waterfall/decision.ts'
import { decide } from '../waterfall/decide.ts'
import type { Effects, Needs, Snapshot } from '../waterfall/effects.ts'
import type { Kept } from '../waterfall/redecide.ts'
import type { AccessRequest, Price } from '../waterfall/request.ts'
import { emptySubject } from '../waterfall/rows.ts'
import {
  newState,
  UNREDUCED,
  type CustomerState,
  type Factors,
  type GrantState,
  type SubjectState,
} from '../waterfall/state.ts'

export const NOON = Date.UTC(2026, 2, 10, 12)
export const CUSTOMER = 'cus_00000000000000000000000000000001'

type Asked<T> = { readonly kind: 'needs'; readonly needs: Needs } | T

/** One customer in memory: runs plans on its snapshot and applies their effects, as a store would. For tests. */
export class World {
  readonly policy: Policy
  state: CustomerState
  subjects = new Map<SubjectId, SubjectState>()
  holds = new Map<string, Hold>()
  usage: UsageEvent[] = []
  kept: Kept[] = []
  atMs = NOON
  private serial = 0

  constructor(
    document: PolicyDocument,
    options: { grants?: readonly GrantState[]; profile?: Partial<CustomerState['profile']> } = {},
  ) {
    this.policy = compilePolicy(document, 1)
    const tier = Object.keys(document.tiers)[0]!
    const fresh = newState(CUSTOMER, {
      version: 1,
      atMs: 0,
      profile: {
        status: 'active',
        tier,
        timeZone: 'Europe/Berlin',
        anchorMs: Date.UTC(2026, 0, 31, 8),
        consent: 'on',
        caps: [],
        overrides: [],
        resets: [],
        ...options.profile,
      },
    })
    this.state = { ...fresh, grants: options.grants ?? [] }
  }

  ask(request: Partial<AccessRequest> = {}, factors: Factors = UNREDUCED): Decision {
    const whole: AccessRequest = { ...REQUEST, ...request }
    const ids = { decision: this.id('dec'), hold: this.id('hold'), usageEvent: this.id('use') }
    const result = this.run((snapshot) =>
      decide({ snapshot, request: whole, policy: this.policy, factors, atMs: this.atMs, ids }),
    )
    this.apply(result.effects)
    this.kept.push({ decision: result.decision, request: whole, factors, seen: result.seen })
    return result.decision
  }

  /** The same decision at another instant, with no effect. */
  wouldBe(request: Partial<AccessRequest>, atMs: number): Decision {
    const ids = { decision: this.id('dec'), hold: this.id('hold'), usageEvent: this.id('use') }
    return this.run((snapshot) =>
      decide({ snapshot, request: { ...REQUEST, ...request }, policy: this.policy, factors: UNREDUCED, atMs, ids }),
    ).decision
  }

  capture(hold: string, cost: bigint, final = true): CaptureOutcome {
    const ids = { usageEvent: this.id('use') }
    const result = this.run((snapshot) =>
      captureHold({ snapshot, hold, price: { kind: 'cost', cost }, final, policy: this.policy, atMs: this.atMs, ids }),
    )
    assert(result.kind === 'captured', `capture of an open hold: ${result.kind}`)
    this.apply(result.effects)
    return result.outcome
  }

  release(hold: string): bigint {
    const result = this.run((snapshot) => releaseHold({ snapshot, hold, policy: this.policy, atMs: this.atMs }))
    assert(result.kind === 'released', `release of an open hold: ${result.kind}`)
    this.apply(result.effects)
    return result.released
  }

  extend(hold: string, ttlMs: number): Hold {
    const result = this.run((snapshot) => extendHold({ snapshot, hold, ttlMs, atMs: this.atMs }))
    assert(result.kind === 'extended', `extension of an open hold: ${result.kind}`)
    this.apply(result.effects)
    return result.hold
  }

  report(hold: string, price: Price): void {
    const result = this.run((snapshot) => reportUsage({ snapshot, hold, price, atMs: this.atMs }))
    assert(result.kind === 'extended', `report on an open hold: ${result.kind}`)
    this.apply(result.effects)
  }

  expire(hold: string): boolean {
    const ids = { usageEvent: this.id('use') }
    const result = this.run((snapshot) => expireHold({ snapshot, hold, policy: this.policy, atMs: this.atMs, ids }))
    if (result.kind === 'expired') this.apply(result.effects)
    return result.kind === 'expired'
  }

  openHolds(): readonly Hold[] {
    return [...this.holds.values()]
      .filter((hold) => hold.status === 'open')
      .sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1))
  }

  grant(id: string): GrantState | undefined {
    return this.state.grants.find((grant) => grant.id === id)
  }

  /** What usage took from a grant: captured, settled or not. */
  takenFrom(id: string): bigint {
    return this.usage
      .flatMap((event) => event.lines)
      .reduce((sum, line) => (line.kind === 'grant' && line.source === id ? sum + line.amount : sum), 0n)
  }

  used(window: string): bigint {
    const state = this.state.windows[window]
    if (state === undefined) return 0n
    return state.kind === 'fixed' ? state.used : state.counts.reduce((sum, count) => sum + count, 0n)
  }

  run<T extends { readonly kind: string }>(plan: (snapshot: Snapshot) => Asked<T>): T {
    let needs: Needs = {}
    for (let round = 0; round < 4; round++) {
      const asked = plan(this.snapshot(needs))
      if (asked.kind !== 'needs') return asked as T
      needs = {
        subjects: [...(needs.subjects ?? []), ...((asked as { needs: Needs }).needs.subjects ?? [])],
        openHolds: needs.openHolds === true || (asked as { needs: Needs }).needs.openHolds === true,
      }
    }
    throw new Error('a plan that is never satisfied')
  }

  private snapshot(needs: Needs): Snapshot {
    const subjects = new Map(
      (needs.subjects ?? []).map((name) => [name, this.subjects.get(name) ?? emptySubject(name)]),
    )
    return {
      state: this.state,
      subjects,
      holds: this.holds,
      openHolds: needs.openHolds === true ? this.openHolds() : null,
      ledger: null,
      usedKeys: new Set(),
    }
  }

  private apply(effects: Effects): void {
    if (effects.state === null) return
    assert(effects.state.version > this.state.version, 'every change raises the version')
    this.state = effects.state
    for (const row of effects.subjects ?? []) this.subjects.set(row.subject, row)
    for (const hold of effects.holds ?? []) this.holds.set(hold.id, hold)
    this.usage.push(...(effects.usageEvents ?? []))
  }

  private id(prefix: string): string {
    this.serial += 1
    return `${prefix}_${this.serial.toString(16).padStart(32, '0')}`
  }
}

export const REQUEST: AccessRequest = {
  customer: CUSTOMER,
  subject: null,
  task: null,
  feature: 'chat',
  price: { kind: 'cost', cost: 1n },
  attributes: {},
  mode: { kind: 'consume' },
  acceptPartial: null,
  includedOnly: false,
  maxCredits: null,
  consented: null,
}

export const cost = (amount: bigint | number): Price => ({ kind: 'cost', cost: BigInt(amount) })

export const authorize = (amount: bigint | number, ttlMs = 60_000): Pick<AccessRequest, 'price' | 'mode'> => ({
  price: cost(amount),
  mode: { kind: 'authorize', ttlMs },
})

export function grantOf(
  id: number,
  kind: GrantState['kind'],
  available: bigint | number,
  more: Partial<GrantState> = {},
): GrantState {
  return {
    id: `grt_${id.toString(16).padStart(32, '0')}`,
    kind,
    priority: 0,
    amount: BigInt(available),
    available: BigInt(available),
    held: 0n,
    effectiveAtMs: 0,
    expiresAtMs: null,
    createdAtMs: id,
    features: null,
    ...more,
  }
}

/** A policy of one tier `t` and one feature `chat`; parts replace its own. */
export function policyOf(
  tier: Partial<PolicyDocument['tiers'][string]> = {},
  more: Partial<PolicyDocument> = {},
): PolicyDocument {
  return {
    title: 'test',
    meters: { tokens: { title: 'Tokens', unit: 'token' } },
    features: { chat: { title: 'Chat', meters: ['tokens'] }, video: { title: 'Video', meters: ['tokens'] } },
    rateCard: { rates: [{ meter: 'tokens', microCredits: '1' }] },
    layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
    tiers: { t: { title: 'T', priority: 'normal', features: '*', guards: [], windows: [], ...tier } },
    holds: { defaultTtlSeconds: 900, maxTtlSeconds: 86_400 },
    uncovered: { kind: 'absorb' },
    ...more,
  }
}

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const fiveHours = (limit: bigint | number) =>
  ({
    id: 'five_hour',
    title: '5 hours',
    limit: String(limit),
    kind: 'fixed',
    anchor: 'first_use',
    lengthMs: 5 * HOUR,
  }) as const
export const week = (limit: bigint | number) =>
  ({ id: 'week', title: 'Week', limit: String(limit), kind: 'fixed', anchor: 'first_use', lengthMs: 7 * DAY }) as const
