import type { Hold } from '../../core/hold/hold.ts'
import type { UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Effects, Snapshot } from '../../core/waterfall/effects.ts'
import { type CustomerState, type GrantState, UNREDUCED } from '../../core/waterfall/state.ts'
import type { DecisionRecord, NewCustomer, Operation, Plan, Reply } from '../../ports/customer-state.ts'

/** Small plans and rows for tests of a store: no rules, only changes that are easy to count. */
export const AT = Date.UTC(2026, 10, 20, 12)

let serial = 0
/** Unique in this process and in order; `mark` keeps processes that share a database apart. */
export function nextId(prefix: string, mark = 0): string {
  serial += 1
  return `${prefix}_${AT.toString(16).padStart(12, '0')}7${mark.toString(16).padStart(3, '0')}8${serial.toString(16).padStart(15, '0')}`
}

export const grantOf = (available: bigint): GrantState => ({
  id: nextId('grt'),
  kind: 'credits',
  priority: 0,
  amount: available,
  available,
  held: 0n,
  effectiveAtMs: AT,
  expiresAtMs: null,
  createdAtMs: AT,
  features: null,
})

export function newCustomer(available = 0n, externalId: string | null = null): NewCustomer {
  const customer = nextId('cus')
  return {
    state: {
      customer,
      version: 1,
      atMs: AT,
      profile: {
        status: 'active',
        tier: 'plus',
        timeZone: 'Europe/Berlin',
        anchorMs: AT,
        consent: 'on',
        caps: [],
        overrides: [],
        resets: [],
      },
      windows: { week: { kind: 'fixed', startMs: AT, endMs: AT + 604_800_000, used: 0n } },
      guards: {},
      grants: available === 0n ? [] : [grantOf(available)],
      caps: {},
      debt: 0n,
      openHolds: 0,
      nextHoldExpiryMs: null,
    },
    externalId,
    name: 'Ada',
    kind: 'person',
    createdAtMs: AT,
    once: null,
    audit: auditOf('customer.create', customer),
    refreshes: [],
  }
}

export const auditOf = (action: string, target: string) =>
  ({
    id: nextId('aud'),
    actor: { kind: 'system', job: 'test' },
    action,
    target,
    customer: null,
    reason: null,
    detail: {},
    atMs: AT,
  }) as const

export const replyOf = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) })

export const commit = (effects: Effects, reply: Reply, records = {}): Plan => ({
  kind: 'commit',
  effects,
  records,
  reply,
})

/** One version on, with nothing else changed. */
export const bumped = (state: CustomerState): CustomerState => ({ ...state, version: state.version + 1 })

export function usageEventOf(state: CustomerState, cost: bigint, mark = 0): UsageEvent {
  const source = state.grants[0]?.id
  return {
    id: nextId('use', mark),
    customer: state.customer,
    version: state.version,
    decision: null,
    hold: null,
    subject: null,
    task: null,
    feature: 'chat',
    price: { kind: 'cost', cost },
    attributes: {},
    cost,
    policyVersion: 1,
    lines: source === undefined ? [] : [{ kind: 'grant', layer: 'credits', source, amount: cost }],
    origin: { kind: 'decision' },
    effectiveAtMs: AT,
    recordedAtMs: AT,
  }
}

export const holdOf = (customer: CustomerId, more: Partial<Hold> = {}): Hold => ({
  id: nextId('hold'),
  customer,
  decision: nextId('dec'),
  subject: null,
  task: null,
  feature: 'chat',
  attributes: { model: 'large' },
  policyVersion: 1,
  status: 'open',
  placedAtMs: AT,
  expiresAtMs: AT + 60_000,
  latestExpiryMs: AT + 3_600_000,
  granted: 5n,
  lines: [{ layer: 'included', source: 'week', amount: 5n, windows: [{ id: 'week', startMs: AT }] }],
  captured: 0n,
  slots: { customer: ['jobs'], subject: [] },
  includedOnly: false,
  creditsLeft: null,
  reported: null,
  closedAtMs: null,
  ...more,
})

export function decisionOf(
  { state }: Snapshot,
  outcome: 'allowed' | 'denied',
  amount: bigint,
  mark = 0,
): DecisionRecord {
  const before = state.grants[0]?.available ?? 0n
  return {
    decision: {
      id: nextId('dec', mark),
      customer: state.customer,
      atMs: AT,
      outcome,
      cost: amount,
      granted: outcome === 'allowed' ? amount : 0n,
      funding:
        outcome === 'allowed' && state.grants[0] !== undefined
          ? [
              {
                layer: 'credits',
                source: state.grants[0].id,
                amount,
                before,
                after: before - amount,
                resetsAtMs: null,
                expiresAtMs: null,
              },
            ]
          : [],
      hold: null,
      denial:
        outcome === 'allowed'
          ? null
          : {
              reason: 'credits_insufficient',
              layer: 'credits',
              source: null,
              retryable: false,
              retryAtMs: null,
              waysOn: [{ kind: 'credits', amount: amount - before, microCredits: amount - before }],
            },
      windows: [{ id: 'week', limit: 0n, used: 0n, remaining: 0n, resetsAtMs: AT + 604_800_000 }],
      policyVersion: 1,
      stateVersion: state.version,
      trace: [
        {
          step: 'credits',
          source: 'credits',
          verdict: outcome === 'allowed' ? 'took' : 'denied',
          limit: null,
          found: before,
          took: amount,
          why: null,
        },
      ],
    },
    request: {
      customer: state.customer,
      subject: null,
      task: null,
      feature: 'chat',
      price: { kind: 'cost', cost: amount },
      attributes: {},
      mode: { kind: 'consume' },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
      consented: null,
    },
    factors: UNREDUCED,
    seen: { state, subjects: [], openHolds: [] },
  }
}

/** Draws `amount` from the first grant and records it, or is denied and records that. */
export function draw(key: string, amount: bigint, mark = 0): Operation {
  return {
    idempotency: { operation: 'decisions', key, fingerprint: amount.toString(16).padStart(32, '0') },
    needs: {},
    plan(snapshot) {
      const { state } = snapshot
      const grant = state.grants[0]
      if (grant === undefined || grant.available < amount) {
        const decision = decisionOf(snapshot, 'denied', amount, mark)
        return commit({ state: null }, replyOf({ outcome: 'denied', id: decision.decision.id }, 402), { decision })
      }
      const decision = decisionOf(snapshot, 'allowed', amount, mark)
      const after = {
        ...bumped(state),
        grants: [{ ...grant, available: grant.available - amount }, ...state.grants.slice(1)],
      }
      const reply = replyOf({ outcome: 'allowed', id: decision.decision.id, left: String(grant.available - amount) })
      return commit({ state: after, usageEvents: [usageEventOf(after, amount, mark)] }, reply, { decision })
    },
  }
}

/** Reads the whole ledger of a customer, changing nothing. */
export const lookAt = (see: (snapshot: Snapshot) => void, needs: Operation['needs'] = {}): Operation => ({
  idempotency: null,
  needs,
  plan(snapshot) {
    see(snapshot)
    return { kind: 'answer', reply: replyOf('seen') }
  },
})
