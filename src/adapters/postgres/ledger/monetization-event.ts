import type { ArithmeticLine, MonetizationEvent, MonetizationLine } from '../../../core/settlement/events.ts'
import { unreachable } from '../../../core/shared/assert.ts'
import { int4Array, int8Array, textArray, timestampArray, uuidArray } from '../arrays.ts'
import type { Transaction } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'
import { list, type Parsed, quote } from '../codec/text.ts'

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

function lineText(line: MonetizationLine): string {
  switch (line.kind) {
    case 'window':
      return `["window",${quote(line.source)},"${line.amount}"]`
    case 'grant':
      return `[${quote(line.layer)},${quote(line.source)},"${line.amount}"]`
    case 'absorbed':
    case 'debt':
    case 'refund':
      return `["${line.kind}",null,"${line.amount}"]`
    default:
      return unreachable(line)
  }
}

function readLine([kind, source, text]: Parsed): MonetizationLine {
  const amount = BigInt(text)
  if (kind === 'window') return { kind, source, amount }
  if (kind === 'absorbed' || kind === 'debt') return { kind, amount }
  if (kind === 'refund') return { kind, amount, why: 'absorbed' }
  return { kind: 'grant', layer: kind, source, amount }
}

const arithmeticText = (line: ArithmeticLine): string =>
  `[${quote(line.meter)},${line.units},"${line.microCredits}",${line.per},${list(line.multipliers, quote)}]`

const readArithmetic = ([meter, units, microCredits, per, multipliers]: Parsed): ArithmeticLine => ({
  meter,
  units,
  microCredits: BigInt(microCredits),
  per,
  multipliers,
})

/** Adds the events; a usage event that has one already is a unique violation. */
export async function insertMonetizationEvents(
  transaction: Transaction,
  events: readonly MonetizationEvent[],
): Promise<void> {
  if (events.length === 0) return
  await transaction.query({
    name: 'monetization_event_insert',
    text: `INSERT INTO monetization_event (${MONETIZATION_EVENT_COLUMNS}) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[],
      $4::bigint[], $5::text[], $6::integer[], $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[])`,
    values: [
      uuidArray(events, (event) => event.customer),
      uuidArray(events, (event) => event.usageEvent),
      uuidArray(events, (event) => event.id),
      int8Array(events, (event) => event.version),
      textArray(events, (event) => event.feature),
      int4Array(events, (event) => event.policyVersion),
      int8Array(events, (event) => event.cost),
      timestampArray(events, (event) => event.effectiveAtMs),
      timestampArray(events, (event) => event.settledAtMs),
      textArray(events, (event) => list(event.lines, lineText)),
      textArray(events, (event) => list(event.arithmetic, arithmeticText)),
    ],
  })
}
