import { unreachable } from '../../../core/shared/assert.ts'
import type { UsageEvent, UsageLine } from '../../../core/settlement/events.ts'
import { fromUuid, fromUuidOrNull } from './ids.ts'
import { decodePrice, encodePrice, readText } from './price.ts'
import { list, type Parsed, quote, readRecord, record } from './text.ts'

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

/** Column `lines`. Also the lines of a monetization event start with these. */
export const encodeUsageLines = (lines: readonly UsageLine[]): string => list(lines, lineText)

/** Column `detail`: price, attributes, origin. */
export const encodeUsageDetail = (e: Pick<UsageEvent, 'price' | 'attributes' | 'origin'>): string =>
  `[${encodePrice(e.price)},${record(e.attributes, quote)},${e.origin.kind === 'decision' ? 'null' : `[${quote(e.origin.source)},${quote(e.origin.eventId)}]`}]`

function lineText(line: UsageLine): string {
  switch (line.kind) {
    case 'window':
      return `["window",${quote(line.source)},"${line.amount}"]`
    case 'grant':
      return `[${quote(line.layer)},${quote(line.source)},"${line.amount}"]`
    case 'absorbed':
    case 'debt':
      return `["${line.kind}",null,"${line.amount}"]`
    default:
      return unreachable(line)
  }
}

function readLine([kind, source, amount]: Parsed): UsageLine {
  if (kind === 'window') return { kind, source, amount: BigInt(amount) }
  if (kind === 'absorbed' || kind === 'debt') return { kind, amount: BigInt(amount) }
  return { kind: 'grant', layer: kind, source, amount: BigInt(amount) }
}
