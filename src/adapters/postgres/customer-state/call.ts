import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Needs } from '../../../core/waterfall/effects.ts'
import type { Operation, TransactResult } from '../../../ports/customer-state.ts'

/** One call of `transact`, from its arrival to its answer. */
export interface Call {
  readonly customer: CustomerId
  readonly operation: Operation
  /** Of the idempotency key, within the process; null without one. */
  readonly name: string | null
  /** What it asked for at first and in later rounds. */
  needs: Needs
  /** How often its plan ran in this attempt. */
  rounds: number
  resolve(result: TransactResult): void
  reject(error: unknown): void
}

/** Customer and operation contain no line break, so no two keys share a name. */
export function nameOf(customer: CustomerId, { idempotency }: Operation): string | null {
  return idempotency === null ? null : `${customer}\n${idempotency.operation}\n${idempotency.key}`
}
