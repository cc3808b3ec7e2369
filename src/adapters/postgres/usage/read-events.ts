import type { PoolClient } from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { REPORTED } from '../../../core/usage/dimensions.ts'
import type { CountedEvent } from '../../../core/usage/tally.ts'
import { toUuid } from '../codec/ids.ts'
import { USAGE_EVENT_COLUMNS, type UsageEventRow } from '../codec/usage-event.ts'
import { readEvent } from '../settlement-store/read-event.ts'

/** An id is made when its event is recorded, by the clock of one process of several; this much off at most. */
const SLACK_MS = 3_600_000
/** Usage may be told two days after it happened. */
const TOLD_LATER_MS = 48 * 3_600_000

export const LAST_NUMBER = Number.MAX_SAFE_INTEGER
export const FIRST_ID = '0'.repeat(32)
export const LAST_ID = 'f'.repeat(32)

export const idAt = (atMs: number): string =>
  Math.max(0, Math.min(Math.trunc(atMs), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0')

export const msOfId = (uuid: string): number => Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)

/** Ids of events that happened in a range, so that only their days are looked at. */
export const idsOfRange = (fromMs: number, toMs: number) => ({
  first: idAt(fromMs - SLACK_MS),
  last: idAt(toMs + TOLD_LATER_MS + SLACK_MS),
})

/** No event after the one with this id, by version, has an id below. */
export const idsAfter = (uuid: string | null): string => (uuid === null ? FIRST_ID : idAt(msOfId(uuid) - SLACK_MS))

export type CountedRow = UsageEventRow & { readonly outcome: string | null }

const COLUMNS = USAGE_EVENT_COLUMNS.replaceAll(/(\w+)/g, 'e.$1')

/** Events with their decision's outcome. LATERAL with OFFSET 0: each is looked up in its own day. */
export const COUNTED = `SELECT ${COLUMNS}, d.outcome FROM usage_event AS e
  LEFT JOIN LATERAL (SELECT d.outcome FROM decision AS d WHERE d.customer_id = e.customer_id AND d.id = e.decision_id OFFSET 0) AS d ON true`

export const countedEvent = (row: CountedRow): CountedEvent => ({
  event: readEvent(row).event,
  outcome: row.outcome ?? REPORTED,
})

/** The next events after a version, oldest first. */
export async function eventsAfter(
  client: PoolClient,
  from: { customer: CustomerId; version: number; firstId: string; lastId: string; limit: number },
): Promise<CountedEvent[]> {
  const { rows } = await client.query<CountedRow>({
    name: 'usage_events_after',
    text: `${COUNTED} WHERE e.customer_id = $1 AND e.version > $2 AND e.id >= $3 AND e.id <= $4 ORDER BY e.version LIMIT $5`,
    values: [toUuid(from.customer), from.version, from.firstId, from.lastId, from.limit],
  })
  return rows.map(countedEvent)
}
