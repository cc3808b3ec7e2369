import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hold, HoldLine } from '../../../core/hold/hold.ts'
import type { UsageEvent, UsageLine } from '../../../core/settlement/events.ts'
import type { Decision, Denial, FundingLine, Step, WayOn, WindowView } from '../../../core/waterfall/decision.ts'
import type { AccessRequest, Price } from '../../../core/waterfall/request.ts'
import type {
  CustomerProfile,
  CustomerState,
  GrantState,
  GuardState,
  SubjectState,
  WindowState,
} from '../../../core/waterfall/state.ts'
import type { DecisionRecord } from '../../../ports/customer-state.ts'
import { decodeDecision, encodeRequest, encodeSeen, encodeTrace } from './decision.ts'
import { decodeHold, encodeHold } from './hold.ts'
import { toUuid, toUuidOrNull } from './ids.ts'
import { decodeState, decodeSubject, encodeState, encodeSubject } from './state.ts'
import { decodeUsageEvent, encodeUsageDetail, encodeUsageLines } from './usage-event.ts'

/** Every member of a type gets values, so a member that a codec forgets comes back undefined and fails. */
type Members<T> = { [K in keyof T]-?: fc.Arbitrary<T[K]> }
const all = <T>(members: Members<T>): fc.Arbitrary<T> =>
  fc.record(members as never, { noNullPrototype: true }) as fc.Arbitrary<T>
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null })
const one = <const T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

/** With quotes, control characters, lone surrogates and `__proto__`. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  one('__proto__', '"', '\\', '\ud800', '\u2028'),
)
const amount = fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n })
const ms = fc.integer({ min: 0, max: 8_000_000_000_000 })
const count = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const safe = fc.maxSafeNat()
const id = (prefix: string) => fc.stringMatching(/^[0-9a-f]{32}$/).map((digits) => `${prefix}_${digits}`)
const few = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 3 })
/** Integer-like keys would be reordered by any object, before and after. */
const byName = <T>(values: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(text, values), { maxLength: 3 }).map((entries) => Object.fromEntries(entries))

const layer = one('included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits')
const grantKind = one('allowance', 'promotion', 'entitlement', 'adjustment', 'credits')
const sliding = all<Extract<WindowState, { kind: 'sliding' }>>({
  kind: fc.constant('sliding'),
  bucketMs: safe,
  bucket: safe,
  counts: few(amount),
})
const windowState: fc.Arbitrary<WindowState> = fc.oneof(
  all<Extract<WindowState, { kind: 'fixed' }>>({ kind: fc.constant('fixed'), startMs: ms, endMs: ms, used: amount }),
  sliding,
)
const guardState: fc.Arbitrary<GuardState> = fc.oneof(
  all<Extract<GuardState, { kind: 'burst' }>>({ kind: fc.constant('burst'), tatUs: safe }),
  sliding,
  all<Extract<GuardState, { kind: 'concurrency' }>>({
    kind: fc.constant('concurrency'),
    open: few(all({ hold: text, expiresAtMs: ms })),
  }),
)
const capState = all({ startMs: ms, used: amount })
const grantState = all<GrantState>({
  id: id('grt'),
  kind: grantKind,
  priority: fc.integer(),
  amount,
  available: amount,
  held: amount,
  effectiveAtMs: ms,
  expiresAtMs: orNull(ms),
  createdAtMs: ms,
  features: orNull(few(text)),
})
const profile = all<CustomerProfile>({
  status: one('active', 'suspended', 'closed'),
  tier: text,
  timeZone: text,
  anchorMs: ms,
  consent: one('off', 'ask', 'on'),
  caps: few(
    all({
      id: text,
      scope: one('customer', 'subject', 'task'),
      subject: orNull(text),
      limit: amount,
      period: one('day', 'week', 'month', 'ever'),
    }),
  ),
  overrides: few(
    all({
      target: all({ kind: one('window', 'guard', 'cap'), id: text }),
      limit: amount,
      reason: text,
      expiresAtMs: orNull(ms),
    }),
  ),
  resets: few(all({ id: id('grt'), window: text, reason: text, expiresAtMs: ms })),
})
const CUSTOMER = `cus_${'a'.repeat(32)}`
const state = all<CustomerState>({
  customer: fc.constant(CUSTOMER),
  version: safe,
  atMs: ms,
  profile,
  windows: byName(windowState),
  guards: byName(guardState),
  grants: few(grantState),
  caps: byName(capState),
  debt: amount,
  openHolds: count,
  nextHoldExpiryMs: orNull(ms),
})
const subject = all<SubjectState>({ subject: text, guards: byName(guardState), caps: byName(capState) })
const price: fc.Arbitrary<Price> = fc.oneof(
  all({ kind: fc.constant('usage' as const), usage: byName(safe) }),
  all({ kind: fc.constant('cost' as const), cost: amount }),
)
const holdLine = all<HoldLine>({ layer, source: text, amount, windows: few(all({ id: text, startMs: ms })) })
const hold = all<Hold>({
  id: id('hold'),
  customer: fc.constant(CUSTOMER),
  decision: id('dec'),
  subject: orNull(text),
  task: orNull(text),
  feature: text,
  attributes: byName(text),
  policyVersion: count,
  status: one('open', 'captured', 'released', 'expired'),
  placedAtMs: ms,
  expiresAtMs: ms,
  latestExpiryMs: ms,
  granted: amount,
  lines: few(holdLine),
  captured: amount,
  slots: all({ customer: few(text), subject: few(text) }),
  includedOnly: fc.boolean(),
  creditsLeft: orNull(amount),
  reported: orNull(price),
  closedAtMs: orNull(ms),
})
const usageLine: fc.Arbitrary<UsageLine> = fc.oneof(
  all({ kind: fc.constant('window' as const), source: text, amount }),
  all({ kind: fc.constant('grant' as const), layer: grantKind, source: id('grt'), amount }),
  all({ kind: one('absorbed' as const, 'debt' as const), amount }),
)
const usageEvent = all<UsageEvent>({
  id: id('use'),
  customer: fc.constant(CUSTOMER),
  version: safe,
  decision: orNull(id('dec')),
  hold: orNull(id('hold')),
  subject: orNull(text),
  task: orNull(text),
  feature: text,
  price,
  attributes: byName(text),
  cost: amount,
  policyVersion: count,
  lines: few(usageLine),
  origin: fc.oneof(
    all({ kind: fc.constant('decision' as const) }),
    all({ kind: fc.constant('reported' as const), source: text, eventId: text }),
  ),
  effectiveAtMs: ms,
  recordedAtMs: ms,
})
const wayOn: fc.Arbitrary<WayOn> = fc.oneof(
  all({ kind: fc.constant('wait' as const), untilMs: ms, microCredits: fc.constant(null) }),
  all({ kind: fc.constant('smaller' as const), amount, microCredits: orNull(amount) }),
  all({ kind: fc.constant('raise_cap' as const), cap: text, by: amount, microCredits: amount }),
  all({
    kind: fc.constant('contact' as const),
    who: one('owner' as const, 'support' as const),
    microCredits: fc.constant(null),
  }),
)
const denial = all<Denial>({
  reason: one('rate_exceeded', 'credits_insufficient'),
  layer: fc.oneof(layer, one('gate' as const, 'guard' as const)),
  source: orNull(text),
  retryable: fc.boolean(),
  retryAtMs: orNull(ms),
  waysOn: few(wayOn),
})
const funding = all<FundingLine>({
  layer,
  source: text,
  amount,
  before: amount,
  after: amount,
  resetsAtMs: orNull(ms),
  expiresAtMs: orNull(ms),
})
const windowView = all<WindowView>({ id: text, limit: amount, used: amount, remaining: amount, resetsAtMs: orNull(ms) })
const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n })
const step = all<Step>({
  step: one('gate', 'guard', 'included', 'grant', 'credits', 'cap', 'outcome'),
  source: text,
  verdict: one('passed', 'took', 'skipped', 'denied'),
  limit: orNull(signed),
  found: orNull(signed),
  took: orNull(signed),
  why: orNull(text),
})
const decision = all<Decision>({
  id: id('dec'),
  customer: fc.constant(CUSTOMER),
  atMs: ms,
  outcome: one('allowed', 'partial', 'denied'),
  cost: amount,
  granted: amount,
  funding: few(funding),
  hold: orNull(all({ id: id('hold'), expiresAtMs: ms })),
  denial: orNull(denial),
  windows: few(windowView),
  policyVersion: count,
  stateVersion: safe,
  trace: few(step),
})
const request = all<AccessRequest>({
  customer: fc.constant(CUSTOMER),
  subject: orNull(text),
  task: orNull(text),
  feature: text,
  price,
  attributes: byName(text),
  mode: fc.oneof(
    all({ kind: fc.constant('consume' as const) }),
    all({ kind: fc.constant('authorize' as const), ttlMs: orNull(safe) }),
  ),
  acceptPartial: orNull(all({ minimum: amount })),
  includedOnly: fc.boolean(),
  maxCredits: orNull(amount),
  consented: orNull(amount),
})
const decisionRecord = all<DecisionRecord>({
  decision,
  request,
  factors: all({ load: count, behaviour: count }),
  seen: all({ state, subjects: few(subject), openHolds: few(hold) }),
})

describe('what is stored comes back as it was', () => {
  test('customer state', () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(decodeState(CUSTOMER, encodeState(value))).toStrictEqual(value)
      }),
    )
  })
  test('subject state', () => {
    fc.assert(
      fc.property(subject, (value) => {
        expect(decodeSubject(value.subject, encodeSubject(value))).toStrictEqual(value)
      }),
    )
  })
  test('hold', () => {
    fc.assert(
      fc.property(hold, (value) => {
        expect(decodeHold(CUSTOMER, value.id, encodeHold(value))).toStrictEqual(value)
      }),
    )
  })
  test('usage event', () => {
    fc.assert(
      fc.property(usageEvent, (value) => {
        expect(decodeUsageEvent(usageEventRow(value))).toStrictEqual(value)
      }),
    )
  })
  test('decision with what it was made on', () => {
    fc.assert(
      fc.property(decisionRecord, (value) => {
        expect(decodeDecision(decisionRow(value))).toStrictEqual(value)
      }),
    )
  })
})

const usageEventRow = (e: UsageEvent) => ({
  customer_id: toUuid(e.customer),
  version: String(e.version),
  id: toUuid(e.id),
  decision_id: toUuidOrNull(e.decision),
  hold_id: toUuidOrNull(e.hold),
  subject: e.subject,
  task: e.task,
  feature: e.feature,
  cost: String(e.cost),
  policy_version: e.policyVersion,
  effective_at: new Date(e.effectiveAtMs),
  recorded_at: new Date(e.recordedAtMs),
  lines: encodeUsageLines(e.lines),
  detail: encodeUsageDetail(e),
})

const decisionRow = (record: DecisionRecord) => ({
  customer_id: toUuid(record.decision.customer),
  id: toUuid(record.decision.id),
  version: String(record.decision.stateVersion),
  recorded_at: new Date(record.decision.atMs),
  outcome: record.decision.outcome,
  feature: record.request.feature,
  subject: record.request.subject,
  cost: String(record.decision.cost),
  granted: String(record.decision.granted),
  policy_version: record.decision.policyVersion,
  status: 200,
  request: encodeRequest(record.request),
  seen: encodeSeen(record.seen),
  trace: encodeTrace(record),
  answer: '{}',
})
