import type { CustomerId } from '../../core/shared/ids.ts'
import type { UsageDimension } from '../../core/usage/dimensions.ts'
import type { Engine } from '../engine.ts'
import { rangeOf, readRange } from './range.ts'
import { valueTitle } from './value-title.ts'

interface NamedValue {
  readonly value: string
  readonly title: string
}
type NamedValues = Readonly<Record<UsageDimension, readonly NamedValue[]>>

/** What usage of a range can be filtered by, most used first; null: there are no such days. */
export async function listUsageValues(
  engine: Pick<Engine, 'readers' | 'usage' | 'clock' | 'policies'>,
  asked: { readonly customer: CustomerId; readonly range: string },
): Promise<NamedValues | null> {
  const zone = (await engine.readers.customer(asked.customer))?.state.profile.timeZone
  const choice = readRange(asked.range)
  const range = choice === null || zone === undefined ? null : rangeOf(choice, zone, engine.clock.nowMs())
  if (range === null || zone === undefined) return null
  const { fromMs, toMs } = range
  const found = await engine.usage.values({ customer: asked.customer, zone, fromMs, toMs })
  const policy = engine.policies.current()
  const named = (by: UsageDimension) => found[by].map((value) => ({ value, title: valueTitle(by, value, policy) }))
  return {
    feature: named('feature'),
    subject: named('subject'),
    task: named('task'),
    model: named('model'),
    layer: named('layer'),
    outcome: named('outcome'),
  }
}
