import type { CustomerId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { refreshCredits } from '../credit/refresh.ts'
import type { Engine } from '../engine.ts'

/**
 * Gives what is due of a tier's allowances at once, for a request or page that would miss it. It is in the schedule
 * already: if the store is lost here, the customer stands as answered and the schedule gives it later.
 */
export async function refreshNow(engine: Engine, customer: CustomerId): Promise<void> {
  try {
    await refreshCredits(engine, { customer, due: [] })
  } catch (fault) {
    if (!(fault instanceof StoreUnavailable)) throw fault
  }
}
