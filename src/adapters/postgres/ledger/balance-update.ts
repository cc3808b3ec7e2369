import type { BalanceUpdate } from '../../../core/settlement/events.ts'
import { RowWriter } from '../rows.ts'

/** As rows of the table `balance_update`. */
export function balanceUpdateRows(plans: readonly { readonly updates: readonly BalanceUpdate[] }[]): RowWriter {
  const rows = new RowWriter(16, plans.length * 896)
  for (const { updates } of plans) {
    for (const update of updates) {
      const { cause } = update
      rows.row()
      rows.uuid(update.customer)
      rows.int8(update.seq)
      rows.uuid(update.id)
      rows.uuid(update.grant)
      rows.int8(update.delta)
      rows.int8(update.balanceBefore)
      rows.int8(update.balanceAfter)
      rows.text(cause.kind)
      rows.uuid(cause.kind === 'charge' ? cause.monetizationEvent : null)
      rows.uuid(cause.kind === 'debt' ? cause.usageEvent : null)
      rows.uuid(cause.kind === 'correction' ? cause.corrects : null)
      rows.text('reason' in cause ? cause.reason : null)
      rows.timestamp(update.effectiveAtMs)
      rows.timestamp(update.recordedAtMs)
      rows.text(update.previousHash)
      rows.text(update.hash)
    }
  }
  return rows
}
