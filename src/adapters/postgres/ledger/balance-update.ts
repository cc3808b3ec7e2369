import type { BalanceUpdate } from '../../../core/settlement/events.ts'
import { RowWriter } from '../rows.ts'

/** Rows of the table `balance_update`. */
export const balanceUpdateRows = (sizeHint: number): RowWriter => new RowWriter(16, sizeHint * 640)

export function addBalanceUpdates(rows: RowWriter, updates: readonly BalanceUpdate[]): void {
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
