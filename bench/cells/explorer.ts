import type { CustomerId } from '../../src/core/shared/ids.ts'
import { StoreUnavailable } from '../../src/ports/customer-state.ts'
import { listUsageRows } from '../../src/services/usage/list-rows.ts'
import { listUsageValues } from '../../src/services/usage/list-values.ts'
import { sumUpUsage } from '../../src/services/usage/sum-up.ts'
import type { Cell } from '../cell.ts'
import { measure } from '../measure.ts'
import type { World } from '../world.ts'

const RANGE = '30d'
const LIMIT = 100

/** What the usage explorer asks of one customer's 10^6 events, 30 days beside the 30 before, for one person who looks. */
export function explorerCells(world: World, customer: CustomerId): Cell[] {
  const { engine } = world
  const cellOf = (name: string, read: () => Promise<boolean>): Cell => ({
    name: `explorer of 10^6 events: ${name}`,
    group: 'pages',
    unit: 'reads',
    without: '',
    measure: (times) => measure(() => read().catch(orUnavailable), { concurrency: 1, ...times }),
  })
  type Sums = Parameters<typeof sumUpUsage>[1]
  const sums = (by: Sums['by'], filter: Sums['filter']) => async () => {
    const view = await sumUpUsage(engine, { customer, range: RANGE, by, filter, compare: 'before' })
    return view !== null && !view.uncounted && view.total.events > 0n
  }
  const rows = (filter: Sums['filter']) => async () => {
    const page = await listUsageRows(engine, { customer, range: RANGE, filter, before: null, limit: LIMIT })
    return page?.items.length === LIMIT
  }
  return [
    cellOf('sums by layer and day', sums('layer', {})),
    cellOf('sums by member and day', sums('subject', {})),
    cellOf('sums by task and day', sums('task', {})),
    cellOf('sums of one feature', sums('layer', { feature: 'codex.review' })),
    cellOf('sums of one member', sums('layer', { subject: 'member-7' })),
    cellOf('sums of one layer', sums('feature', { layer: 'credits' })),
    cellOf('100 rows', rows({})),
    cellOf('100 rows of one member', rows({ subject: 'member-7' })),
    cellOf('100 rows of one layer', rows({ layer: 'credits' })),
    cellOf('what to filter by', async () => (await listUsageValues(engine, { customer, range: RANGE })) !== null),
  ]
}

/** A read that the time limits cut off is counted as failed. */
function orUnavailable(fault: unknown): false {
  if (fault instanceof StoreUnavailable) return false
  throw fault
}
