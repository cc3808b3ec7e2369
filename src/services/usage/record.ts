import type { UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId, SubjectId } from '../../core/shared/ids.ts'
import type { Attributes, Price } from '../../core/waterfall/request.ts'
import { recordReported, type ReportedUsage } from '../../core/waterfall/reported.ts'
import { rowsOf } from '../../core/waterfall/rows.ts'
import { instant } from '../decision/answer.ts'
import { idempotencyOf } from '../decision/idempotency.ts'
import { type Answered, answeredOr, type NotDone } from '../decision/outcome.ts'
import { type PriceProblem, priceProblem } from '../decision/price-problem.ts'
import type { Engine } from '../engine.ts'
import { policyAt } from './policy-at.ts'

/** Usage may be told this long after it happened. */
export const LATEST_MS = 48 * 3_600_000
/** Clocks of producers may be this much ahead. */
export const EARLIEST_MS = 5 * 60_000

export interface RecordCommand {
  readonly customer: CustomerId
  readonly subject: SubjectId | null
  readonly feature: string
  readonly price: Price
  readonly attributes: Attributes
  /** Together they name the event: told again, it is recorded once. */
  readonly source: string
  readonly eventId: string
  /** When it happened; null: now. */
  readonly effectiveAtMs: number | null
}

export type RecordOutcome =
  | Answered
  | NotDone
  | PriceProblem
  | { readonly kind: 'too_late' }
  | { readonly kind: 'too_early' }

/**
 * Records usage that was decided elsewhere, at the price in force when it happened. It is drawn through the layers
 * without guards; what nothing covers follows the policy. Told twice, the first telling's answer is given again.
 */
export async function recordUsage(engine: Engine, command: RecordCommand): Promise<RecordOutcome> {
  const { customer, source, eventId } = command
  const nowMs = engine.clock.nowMs()
  const effectiveAtMs = command.effectiveAtMs ?? nowMs
  const untimely =
    effectiveAtMs < nowMs - LATEST_MS ? 'too_late' : effectiveAtMs > nowMs + EARLIEST_MS ? 'too_early' : null
  const policy = await policyAt(engine, effectiveAtMs)
  const usage: ReportedUsage = { ...command, task: null, effectiveAtMs: Math.min(effectiveAtMs, nowMs) }
  const unpriced = priceProblem(policy, usage)
  const refused = untimely !== null || unpriced !== null

  const key = engine.hash(`${source}\n${eventId}`)
  const usageEvent = engine.ids.next('use', nowMs)
  let version = 0
  const result = await engine.customers.transact(customer, {
    // the event's name alone: an event that is told again is the same event
    idempotency: idempotencyOf(engine, { operation: 'usage-events', key, input: { source, eventId } }),
    needs: { subjects: rowsOf(usage) },
    plan(snapshot) {
      if (refused) return { kind: 'answer', reply: { status: 400, body: '{}' } }
      const recorded = recordReported({ snapshot, usage, policy, atMs: nowMs, ids: { usageEvent } })
      if (recorded.kind === 'needs') return recorded
      if (recorded.kind !== 'recorded') throw new Error(`usage that has a price was not recorded: ${recorded.kind}`)
      return {
        kind: 'commit',
        effects: recorded.effects,
        records: {},
        reply: { status: 201, body: bodyOf(recorded.usageEvent) },
      }
    },
  })
  if (result.kind === 'done' && !result.replayed && !refused)
    engine.signals.publish({ kind: 'customer', customer, version })
  if (result.kind !== 'done' || result.replayed || !refused) return answeredOr(result)
  return unpriced ?? { kind: untimely ?? 'too_late' }
}

function bodyOf(event: UsageEvent): string {
  const origin = event.origin.kind === 'reported' ? event.origin : null
  return JSON.stringify({
    id: origin?.eventId,
    source: origin?.source,
    usageEvent: event.id,
    customer: event.customer,
    feature: event.feature,
    cost: `${event.cost}`,
    lines: event.lines.map((line) => ({ ...line, amount: `${line.amount}` })),
    policyVersion: event.policyVersion,
    stateVersion: `${event.version}`,
    effectiveAt: instant(event.effectiveAtMs),
    recordedAt: instant(event.recordedAtMs),
  })
}
