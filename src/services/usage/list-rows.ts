import type { UsageEvent } from '../../core/settlement/events.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import { modelOf } from '../../core/usage/dimensions.ts'
import type { Engine } from '../engine.ts'
import { featureTitle } from '../access/sources.ts'
import { rangeOf, readRange } from './range.ts'
import type { UsageAsked } from './sum-up.ts'
import { valueTitle } from './value-title.ts'

/** A usage event as a line of a list. */
export interface UsageLineView {
  readonly id: string
  readonly version: number
  readonly atMs: number
  readonly feature: string
  readonly featureTitle: string
  readonly subject: string | null
  readonly task: string | null
  readonly model: string
  readonly outcome: string
  readonly outcomeTitle: string
  /** What of it falls under the filter: a part, where a layer is filtered by. */
  readonly cost: MicroCredits
  readonly lines: UsageEvent['lines']
}

/** Usage events of a range under a filter, newest first; null: there are no such days. */
export async function listUsageRows(
  engine: Pick<Engine, 'readers' | 'usage' | 'clock' | 'policies'>,
  asked: UsageAsked & { readonly before: number | null; readonly limit: number },
): Promise<{ readonly items: readonly UsageLineView[]; readonly next: number | null } | null> {
  const { customer, filter, before, limit } = asked
  const zone = (await engine.readers.customer(customer))?.state.profile.timeZone
  const choice = readRange(asked.range)
  const range = choice === null || zone === undefined ? null : rangeOf(choice, zone, engine.clock.nowMs())
  if (range === null) return null
  const { fromMs, toMs } = range
  const page = await engine.usage.rows({ customer, filter, fromMs, toMs, before, limit })
  const policy = engine.policies.current()
  return {
    next: page.next,
    items: page.items.map(({ event, outcome, cost }) => ({
      id: event.id,
      version: event.version,
      atMs: event.effectiveAtMs,
      feature: event.feature,
      featureTitle: featureTitle(event.feature, policy),
      subject: event.subject,
      task: event.task,
      model: modelOf(event),
      outcome,
      outcomeTitle: valueTitle('outcome', outcome, policy),
      cost,
      lines: event.lines,
    })),
  }
}
