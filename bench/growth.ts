import type { Cell } from './cell.ts'
import { touchAll, transactCell } from './cells/transact.ts'
import { pickerOf } from './load.ts'
import { loadEvents } from './load-events.ts'
import { type BenchServer, openWorld, type World } from './world.ts'

const FEW_EVENTS = 10_000
const MANY_EVENTS = 10_000_000
const FEW_CUSTOMERS = 1_000
const MANY_CUSTOMERS = 1_000_000
/** Of the many customers, those who ask while it is measured. */
const ACTIVE = 10_000
const CONCURRENCY = 64

export interface GrowthStage {
  readonly cells: readonly Cell[]
  /** What the measuring wrote into the small worlds goes, so that they stay small. */
  sweep(): Promise<void>
}

/**
 * The same decisions in worlds of different sizes. Of the 10^6 customers, 10^4 taken at random ask, and all have asked
 * once before, as has everyone in the other worlds; a further cell asks for any of them, most for the first time.
 */
export async function growthStage(
  server: BenchServer,
  { scale, endings, say }: { scale: number; endings: (() => Promise<unknown>)[]; say: (what: string) => void },
): Promise<GrowthStage> {
  const open = async (database: string, customers: number): Promise<World> => {
    const world = await openWorld(server, database, customers)
    endings.push(() => world.close())
    return world
  }
  const few = await open('customers3', FEW_CUSTOMERS)
  await touchAll(few)
  const many = await open('customers6', Math.max(ACTIVE, MANY_CUSTOMERS * scale))
  const active = { ...many, customers: someOf(many.customers, ACTIVE) }
  await touchAll(active)
  say(`${many.customers.length} customers, ${await sizeOf(many)}`)

  const young = await open('events4', ACTIVE)
  await loadEvents(young, FEW_EVENTS)
  const old = await open('events7', ACTIVE)
  await loadEvents(old, MANY_EVENTS * scale)
  say(`${MANY_EVENTS * scale} stored events of each kind, ${await sizeOf(old)}`)

  return {
    cells: [
      transactCell(young, 'uniform', CONCURRENCY, '10^4 stored events'),
      transactCell(old, 'uniform', CONCURRENCY, '10^7 stored events'),
      transactCell(few, 'uniform', CONCURRENCY, '10^3 customers'),
      transactCell(active, 'uniform', CONCURRENCY, '10^6 customers'),
      transactCell(many, 'uniform', CONCURRENCY, '10^6 customers, any of them, most for the first time'),
    ],
    async sweep() {
      for (const { pool } of [few, many])
        await pool.query('TRUNCATE decision, usage_event, monetization_event, idempotency_entry, due_note')
      await loadEvents(young, FEW_EVENTS)
    },
  }
}

/** Without repeats, by a seeded choice. */
function someOf<T>(all: readonly T[], count: number): T[] {
  const pick = pickerOf('uniform', all.length, count)
  const chosen = new Set<T>()
  while (chosen.size < Math.min(count, all.length)) chosen.add(all[pick()] as T)
  return [...chosen]
}

async function sizeOf({ pool }: World): Promise<string> {
  const { rows } = await pool.query<{ size: string }>(
    'SELECT pg_size_pretty(pg_database_size(current_database())) AS size',
  )
  return rows[0]?.size ?? 'unknown'
}
