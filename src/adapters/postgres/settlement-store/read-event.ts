import type { UsageEvent } from '../../../core/settlement/events.ts'
import { decodeUsageEvent, type UsageEventRow } from '../codec/usage-event.ts'

/**
 * A usage event from its row. One whose text cannot be read is given with what its columns say and the reason, so that
 * it fails alone and is kept aside, instead of stopping everybody's settlement.
 */
export function readEvent(row: UsageEventRow): { readonly event: UsageEvent; readonly unreadable: string | null } {
  try {
    return { event: decodeUsageEvent(row), unreadable: null }
  } catch (error) {
    const event = decodeUsageEvent({ ...row, lines: '[]', detail: `["${row.cost}",[],null]` })
    return { event, unreadable: `unreadable: ${error instanceof Error ? error.message : String(error)}` }
  }
}
