import type { UsageEvent } from '../../../core/settlement/events.ts'
import { readUsageDetail, readUsageLines } from '../codec/usage-event.ts'
import type { Parsed } from '../codec/text.ts'

/**
 * A usage event as one JSON text, with its columns `lines` and `detail` as they are inside it: one text is written and
 * parsed in half the time of fourteen columns. What is no JSON in them stands there as a string. `e` is the event's row.
 */
export const USAGE_EVENT_JSON = `'["use_' || encode(uuid_send(e.id), 'hex') || '","cus_' || encode(uuid_send(e.customer_id), 'hex')
  || '",' || e.version || ',' || coalesce('"dec_' || encode(uuid_send(e.decision_id), 'hex') || '"', 'null')
  || ',' || coalesce('"hold_' || encode(uuid_send(e.hold_id), 'hex') || '"', 'null')
  || ',' || coalesce(to_json(e.subject)::text, 'null') || ',' || coalesce(to_json(e.task)::text, 'null')
  || ',' || to_json(e.feature)::text || ',"' || e.cost || '",' || e.policy_version
  || ',' || (date_part('epoch', e.effective_at) * 1000)::bigint || ',' || (date_part('epoch', e.recorded_at) * 1000)::bigint
  || ',' || CASE WHEN e.lines IS JSON ARRAY THEN e.lines ELSE to_json(e.lines)::text END
  || ',' || CASE WHEN e.detail IS JSON ARRAY THEN e.detail ELSE to_json(e.detail)::text END || ']'`

/**
 * The event of such a text. One whose lines or detail cannot be read is given with what its columns say and the reason,
 * so that it fails alone and is kept aside, instead of stopping everybody's settlement.
 */
export function readEventJson(text: string): { readonly event: UsageEvent; readonly unreadable: string | null } {
  const parsed = JSON.parse(text) as Parsed
  const [lines, detail] = [parsed[12], parsed[13]]
  try {
    const whole = { lines: readUsageLines(arrayOf(lines)), ...readUsageDetail(arrayOf(detail)) }
    return { event: eventOf(parsed, whole), unreadable: null }
  } catch (error) {
    const event = eventOf(parsed, { lines: [], ...readUsageDetail([parsed[8], [], null]) })
    return { event, unreadable: `unreadable: ${error instanceof Error ? error.message : String(error)}` }
  }
}

const arrayOf = (value: Parsed): Parsed => (typeof value === 'string' ? JSON.parse(value) : value)

const eventOf = (
  [
    id,
    customer,
    version,
    decision,
    hold,
    subject,
    task,
    feature,
    cost,
    policyVersion,
    effectiveAtMs,
    recordedAtMs,
  ]: Parsed,
  { lines, price, attributes, origin }: Pick<UsageEvent, 'lines' | 'price' | 'attributes' | 'origin'>,
): UsageEvent => ({
  id,
  customer,
  version,
  decision,
  hold,
  subject,
  task,
  feature,
  price,
  attributes,
  cost: BigInt(cost),
  policyVersion,
  lines,
  origin,
  effectiveAtMs,
  recordedAtMs,
})
