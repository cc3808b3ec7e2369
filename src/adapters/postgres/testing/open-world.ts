import pg from 'pg'
import { inject } from 'vitest'
import { cloneDatabase } from '../../../../tests/postgres.ts'
import { postgresCustomerState } from '../customer-state/store.ts'
import { postgresDueWork } from '../due-work.ts'
import { postgresMaintenance } from '../maintenance.ts'
import { enginePool } from '../pool.ts'
import { postgresReaders } from '../readers/readers.ts'
import { postgresSettlementStore } from '../settlement-store/store.ts'
import { postgresUsageReader } from '../usage/reader.ts'
import { testClock } from '../../system/test-clock.ts'
import { AT } from '../../conformance/sample.ts'
import type { World } from '../../conformance/world.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Entered as the application's role: what it may not do fails here too. */
  readonly pool: pg.Pool
  readonly owner: pg.Pool
  close(): Promise<void>
}

/** A migrated database of its own. */
export async function openPostgres(): Promise<PostgresDatabase> {
  const url = await cloneDatabase(inject('template'))
  const pool = enginePool(url, 12)
  const owner = new pg.Pool({ connectionString: url, max: 2 })
  return {
    url,
    pool,
    owner,
    async close() {
      await Promise.all([pool.end(), owner.end()])
    },
  }
}

export async function openPostgresWorld(): Promise<World & { readonly database: PostgresDatabase }> {
  const database = await openPostgres()
  const { pool, url } = database
  const clock = testClock(AT)
  const customers = postgresCustomerState(url)
  return {
    database,
    customers,
    settlement: postgresSettlementStore(pool, clock),
    readers: postgresReaders(pool),
    usage: postgresUsageReader(pool),
    due: postgresDueWork(pool),
    maintenance: postgresMaintenance(pool),
    clock,
    async close() {
      await customers.close()
      await database.close()
    },
  }
}
