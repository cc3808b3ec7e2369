import type { CustomerId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { refreshCredits } from '../credit/refresh.ts'
import type { Engine } from '../engine.ts'

/**
 * Gives the allowances of a new tier at once, so that the next look at the customer shows them. They are in the schedule
 * already: if the store is lost here, the customer stands as answered and the schedule gives them within a second.
 */
export async function refreshNow(engine: Engine, customer: CustomerId): Promise<void> {
  try {
    await refreshCredits(engine, { customer, due: [] })
  } catch (fault) {
    if (!(fault instanceof StoreUnavailable)) throw fault
  }
}
