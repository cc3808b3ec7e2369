import type { CustomerId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

export type RollUpEngine = Pick<Engine, 'readers' | 'usage'>

/** Events of one transaction: some 200 ms of the database. */
const AT_ONCE = 5_000

/**
 * Adds a customer's usage to the sums that the explorer reads, at most `batches` transactions of it; true: all that there
 * was. Safe beside others who do the same: one of them has the customer, the others leave it to that one.
 */
export async function rollUpUsage(
  engine: RollUpEngine,
  { customer, batches }: { customer: CustomerId; batches: number },
): Promise<boolean> {
  const view = await engine.readers.customer(customer)
  if (view === null) return true
  const zone = view.state.profile.timeZone
  for (let batch = 0; batch < batches; batch += 1) {
    const { more } = await engine.usage.rollUp({ customer, zone, limit: AT_ONCE })
    if (!more) return true
  }
  return false
}
