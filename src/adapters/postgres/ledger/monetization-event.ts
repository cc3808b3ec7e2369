import type { ArithmeticLine, MonetizationEvent, MonetizationLine } from '../../../core/settlement/events.ts'
import { fromUuid } from '../codec/ids.ts'
import type { Parsed } from '../codec/text.ts'
import { writeLine } from '../codec/usage-event.ts'
import { type JsonWriter, writeText } from '../json-writer.ts'
import { RowWriter } from '../rows.ts'

/** A row of `monetization_event` as the driver gives it. */
export interface MonetizationEventRow {
  customer_id: string
  usage_event_id: string
  id: string
  version: string
  feature: string
  policy_version: number
  cost: string
  effective_at: Date
  settled_at: Date
  lines: string
  arithmetic: string
}

export const MONETIZATION_EVENT_COLUMNS =
  'customer_id, usage_event_id, id, version, feature, policy_version, cost, effective_at, settled_at, lines, arithmetic'

export const decodeMonetizationEvent = (row: MonetizationEventRow): MonetizationEvent => ({
  id: fromUuid('mon', row.id),
  customer: fromUuid('cus', row.customer_id),
  usageEvent: fromUuid('use', row.usage_event_id),
  version: Number(row.version),
  feature: row.feature,
  policyVersion: row.policy_version,
  cost: BigInt(row.cost),
  lines: (JSON.parse(row.lines) as Parsed).map(readLine),
  arithmetic: (JSON.parse(row.arithmetic) as Parsed).map(readArithmetic),
  effectiveAtMs: row.effective_at.getTime(),
  settledAtMs: row.settled_at.getTime(),
})

const writeLines = (to: JsonWriter, lines: readonly MonetizationLine[]): void => void to.list(lines, writeLine)

function readLine([kind, source, text]: Parsed): MonetizationLine {
  const amount = BigInt(text)
  if (kind === 'window') return { kind, source, amount }
  if (kind === 'absorbed' || kind === 'debt') return { kind, amount }
  if (kind === 'refund') return { kind, amount, why: 'absorbed' }
  return { kind: 'grant', layer: kind, source, amount }
}

const writeArithmetic = (to: JsonWriter, lines: readonly ArithmeticLine[]): void => void to.list(lines, writeStep)

function writeStep(to: JsonWriter, { meter, units, microCredits, per, multipliers }: ArithmeticLine): void {
  to.raw('[').quote(meter).comma().number(units).raw(`,"${microCredits}",`).number(per)
  to.comma().list(multipliers, writeText).raw(']')
}

const readArithmetic = ([meter, units, microCredits, per, multipliers]: Parsed): ArithmeticLine => ({
  meter,
  units,
  microCredits: BigInt(microCredits),
  per,
  multipliers,
})

/** Rows of the table. A usage event that has one already is a unique violation. */
export const monetizationEventRows = (sizeHint: number): RowWriter => new RowWriter(11, sizeHint * 640)

export function addMonetizationEvents(rows: RowWriter, events: readonly MonetizationEvent[]): void {
  for (const event of events) {
    rows.row()
    rows.uuid(event.customer)
    rows.uuid(event.usageEvent)
    rows.uuid(event.id)
    rows.int8(event.version)
    rows.text(event.feature)
    rows.int4(event.policyVersion)
    rows.int8(event.cost)
    rows.timestamp(event.effectiveAtMs)
    rows.timestamp(event.settledAtMs)
    rows.textOf(event.lines, writeLines)
    rows.textOf(event.arithmetic, writeArithmetic)
  }
}
