import { unreachable } from '../../../core/shared/assert.ts'
import type { MonetizationLine, UsageEvent, UsageLine } from '../../../core/settlement/events.ts'
import { fromUuid, fromUuidOrNull } from './ids.ts'
import { type JsonWriter, jsonText, writeText } from '../json-writer.ts'
import { decodePrice, readText, writePrice } from './price.ts'
import { type Parsed, readRecord } from './text.ts'

/** A row of `usage_event` as the driver gives it. */
export interface UsageEventRow {
  customer_id: string
  version: string
  id: string
  decision_id: string | null
  hold_id: string | null
  subject: string | null
  task: string | null
  feature: string
  cost: string
  policy_version: number
  effective_at: Date
  recorded_at: Date
  lines: string
  detail: string
}

export const USAGE_EVENT_COLUMNS =
  'customer_id, version, id, decision_id, hold_id, subject, task, feature, cost, policy_version, effective_at, recorded_at, lines, detail'

export function decodeUsageEvent(row: UsageEventRow): UsageEvent {
  return {
    ...readUsageDetail(JSON.parse(row.detail)),
    id: fromUuid('use', row.id),
    customer: fromUuid('cus', row.customer_id),
    version: Number(row.version),
    decision: fromUuidOrNull('dec', row.decision_id),
    hold: fromUuidOrNull('hold', row.hold_id),
    subject: row.subject,
    task: row.task,
    feature: row.feature,
    cost: BigInt(row.cost),
    policyVersion: row.policy_version,
    lines: readUsageLines(JSON.parse(row.lines)),
    effectiveAtMs: row.effective_at.getTime(),
    recordedAtMs: row.recorded_at.getTime(),
  }
}

/** What column `lines` holds, parsed. */
export const readUsageLines = (parsed: Parsed): UsageLine[] => parsed.map(readLine)

/** What column `detail` holds, parsed. */
export const readUsageDetail = ([price, attributes, origin]: Parsed): Pick<
  UsageEvent,
  'price' | 'attributes' | 'origin'
> => ({
  price: decodePrice(price),
  attributes: readRecord(attributes, readText),
  origin: origin === null ? { kind: 'decision' } : { kind: 'reported', source: origin[0], eventId: origin[1] },
})

/** Column `lines`. */
export const writeUsageLines = (to: JsonWriter, lines: readonly UsageLine[]): void => void to.list(lines, writeLine)

export const encodeUsageLines = (lines: readonly UsageLine[]): string => jsonText(lines, writeUsageLines)

/** Column `detail`: price, attributes, origin. */
export function writeUsageDetail(
  to: JsonWriter,
  { price, attributes, origin }: Pick<UsageEvent, 'price' | 'attributes' | 'origin'>,
): void {
  to.raw('[')
  writePrice(to, price)
  to.comma().record(attributes, writeText).comma()
  if (origin.kind === 'decision') to.raw('null]')
  else to.raw('[').quote(origin.source).comma().quote(origin.eventId).raw(']]')
}

export const encodeUsageDetail = (event: Pick<UsageEvent, 'price' | 'attributes' | 'origin'>): string =>
  jsonText(event, writeUsageDetail)

/** Also of a monetization event, which settles these and may add what comes back. */
export function writeLine(to: JsonWriter, line: UsageLine | MonetizationLine): void {
  switch (line.kind) {
    case 'window':
      to.raw('["window",').quote(line.source).raw(`,"${line.amount}"]`)
      return
    case 'grant':
      to.raw('[').quote(line.layer).comma().quote(line.source).raw(`,"${line.amount}"]`)
      return
    case 'absorbed':
    case 'debt':
    case 'refund':
      to.raw(`["${line.kind}",null,"${line.amount}"]`)
      return
    default:
      unreachable(line)
  }
}

function readLine([kind, source, amount]: Parsed): UsageLine {
  if (kind === 'window') return { kind, source, amount: BigInt(amount) }
  if (kind === 'absorbed' || kind === 'debt') return { kind, amount: BigInt(amount) }
  return { kind: 'grant', layer: kind, source, amount: BigInt(amount) }
}
