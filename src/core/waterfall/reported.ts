import { drawUsage } from '../hold/capture.ts'
import { priceOf } from '../pricing/cost.ts'
import type { Policy } from '../policy/policy.ts'
import type { UsageEvent } from '../settlement/events.ts'
import type { CustomerId, SubjectId, UsageEventId } from '../shared/ids.ts'
import type { Effects, Needs, Snapshot } from './effects.ts'
import { replaceInState } from './replace.ts'
import type { Attributes, Price } from './request.ts'
import { changedRows, pickRows } from './rows.ts'

/** Usage that was decided elsewhere and is told afterwards. */
export interface ReportedUsage {
  readonly customer: CustomerId
  readonly subject: SubjectId | null
  readonly task: SubjectId | null
  readonly feature: string
  readonly price: Price
  readonly attributes: Attributes
  readonly source: string
  readonly eventId: string
  /** When it happened; `policy` is the version that was in force then. */
  readonly effectiveAtMs: number
}

export type ReportedResult =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | { readonly kind: 'unknown_feature' }
  | { readonly kind: 'bad_meter'; readonly meter: string }
  | { readonly kind: 'recorded'; readonly effects: Effects; readonly usageEvent: UsageEvent }

/**
 * Records usage that nobody asked about beforehand: no gate and no guard can undo it, so it is drawn from what there is,
 * bought credits only where the customer's consent is `on`, and the rest follows the policy for uncovered usage.
 */
export function recordReported(input: {
  snapshot: Snapshot
  usage: ReportedUsage
  policy: Policy
  atMs: number
  ids: { usageEvent: UsageEventId }
}): ReportedResult {
  const { snapshot, usage, policy } = input
  const priced = priceOf(policy, usage.feature, usage.price, usage.attributes)
  if (!priced.ok)
    return priced.reason === 'unknown_feature'
      ? { kind: 'unknown_feature' }
      : { kind: 'bad_meter', meter: priced.meter }
  const named = pickRows(snapshot, usage)
  if (!named.ok) return { kind: 'needs', needs: { subjects: named.missing } }

  const atMs = Math.max(input.atMs, snapshot.state.atMs)
  const version = snapshot.state.version + 1
  const creditsBound = snapshot.state.profile.consent === 'on' ? null : 0n
  const drawn = drawUsage(
    { state: snapshot.state, rows: named.rows },
    { policy, atMs, amount: priced.cost, names: usage, feature: usage.feature, creditsBound },
  )
  const usageEvent: UsageEvent = {
    id: input.ids.usageEvent,
    customer: usage.customer,
    version,
    decision: null,
    hold: null,
    subject: usage.subject,
    task: usage.task,
    feature: usage.feature,
    price: usage.price,
    attributes: usage.attributes,
    cost: priced.cost,
    policyVersion: policy.version,
    lines: drawn.lines,
    origin: { kind: 'reported', source: usage.source, eventId: usage.eventId },
    effectiveAtMs: usage.effectiveAtMs,
    recordedAtMs: atMs,
  }
  const subjects = changedRows(drawn.rows, snapshot)
  return {
    kind: 'recorded',
    effects: { state: replaceInState(drawn.state, { version, atMs }), subjects, usageEvents: [usageEvent] },
    usageEvent,
  }
}
