import type { CustomerId } from '../../src/core/shared/ids.ts'
import { StoreUnavailable } from '../../src/ports/customer-state.ts'
import { accessView } from '../../src/services/access/overview.ts'
import type { Cell } from '../cell.ts'
import { type Load, pickerOf } from '../load.ts'
import { measure } from '../measure.ts'
import type { World } from '../world.ts'

const CONCURRENCY = 8
const PAGE = 25

/** What pages read: the overview, and the newest and older pages of usage; of customers alike, and of the busiest one. */
export function pageCells(world: World): Cell[] {
  const { engine, customers } = world
  const cellOf = (name: string, load: Load, read: (customer: CustomerId) => Promise<boolean>): Cell => {
    const pick = pickerOf(load, customers.length, CONCURRENCY)
    return {
      name,
      group: 'pages',
      unit: 'reads',
      without: '',
      measure: (times) =>
        measure(() => read(customers[pick()] as CustomerId).catch(orUnavailable), {
          concurrency: CONCURRENCY,
          ...times,
        }),
    }
  }
  const overview = async (customer: CustomerId): Promise<boolean> => (await accessView(engine, customer)) !== null
  const usage = async (customer: CustomerId): Promise<boolean> =>
    (await engine.readers.usageEvents({ customer, cursor: null, limit: PAGE })).items.length === PAGE
  const older = async (customer: CustomerId): Promise<boolean> => {
    const first = await engine.readers.usageEvents({ customer, cursor: null, limit: PAGE })
    const next = await engine.readers.usageEvents({ customer, cursor: first.nextCursor, limit: PAGE })
    return next.items.length === PAGE
  }
  return [
    cellOf('overview', 'uniform', overview),
    cellOf('overview of the busiest', 'hot', overview),
    cellOf('usage page', 'uniform', usage),
    cellOf('usage page of the busiest', 'hot', usage),
    cellOf('two usage pages', 'uniform', older),
  ]
}

/** A read that the time limits cut off is counted as failed. */
function orUnavailable(fault: unknown): false {
  if (fault instanceof StoreUnavailable) return false
  throw fault
}
