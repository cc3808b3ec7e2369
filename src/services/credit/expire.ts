import type { CustomerId } from '../../core/shared/ids.ts'
import { type CreditEngine } from './ledger-context.ts'
import { refreshCredits } from './refresh.ts'

/**
 * Expires what is available in a customer's grants past their end. Runs as a refresh, because an allowance that ends may
 * roll over: whichever of the two schedules comes first, the value is carried on by the same rules. False: nothing was due.
 */
export async function expireCredits(engine: CreditEngine, due: { readonly customer: CustomerId }): Promise<boolean> {
  return refreshCredits(engine, { customer: due.customer, due: [] })
}
