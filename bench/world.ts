import { rmSync } from 'node:fs'
import pg from 'pg'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { startEmbedded } from '../src/adapters/postgres/embedded/start.ts'
import type { CustomerId } from '../src/core/shared/ids.ts'
import { type BuiltEngine, buildEngine } from '../src/main/container.ts'
import type { Engine } from '../src/services/engine.ts'
import { benchPolicy } from './policy.ts'
import { scratchFolder } from './scratch.ts'
import { seedCustomers } from './seed-customers.ts'

/** A PostgreSQL that is thrown away afterwards: embedded, fsync on, settings as `npm start` has them. */
export interface BenchServer {
  /** The address of a database of this server. */
  address(database: string): string
  readonly version: string
  stop(): Promise<void>
}

export async function startServer(): Promise<BenchServer> {
  const home = scratchFolder()
  const server = await startEmbedded({ home })
  const address = (database: string): string => {
    const url = new URL(server.url)
    url.pathname = `/${database}`
    return url.href
  }
  const version = await withClient(address('postgres'), async (client) => {
    const { rows } = await client.query<{ server_version: string; fsync: string; synchronous_commit: string }>(
      `SELECT current_setting('server_version') AS server_version, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS synchronous_commit`,
    )
    const [row] = rows
    if (row?.fsync !== 'on' || row.synchronous_commit !== 'on') throw new Error('the bench needs fsync on')
    await makeLogFiles(client)
    return row.server_version
  })
  return {
    address,
    version,
    async stop() {
      await server.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/**
 * A server that has been under load for some minutes has the files of its write-ahead log and uses them again; a new one
 * makes each as it comes to it, and all commits wait. As with compilers and caches, what is measured is what lasts.
 */
async function makeLogFiles(client: pg.Client): Promise<void> {
  // or a checkpoint half way would use the first half again for the second
  await client.query(`ALTER SYSTEM SET max_wal_size = '8GB'`)
  await client.query('SELECT pg_reload_conf()')
  for (let file = 0; file < LOG_FILES; file++)
    await client.query(`SELECT pg_logical_emit_message(false, '', repeat('x', $1))`, [LOG_FILE_BYTES])
  await client.query('CHECKPOINT')
  await client.query('ALTER SYSTEM RESET max_wal_size')
  await client.query('SELECT pg_reload_conf()')
}

/** As many as fit into `max_wal_size`. */
const LOG_FILES = 128
const LOG_FILE_BYTES = 16 * 2 ** 20

/** A database with customers, and an engine on it: ports and services as `npm start` has them, settler off. */
export interface World {
  readonly url: string
  readonly engine: Engine
  readonly built: BuiltEngine
  readonly customers: readonly CustomerId[]
  /** As the owner of the tables, for what only the bench does. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export async function openWorld(server: BenchServer, database: string, customerCount: number): Promise<World> {
  const url = server.address(database)
  await migrate(url, 'prisma/migrations')
  const built = await buildEngine({
    databaseUrl: url,
    secret: 'only for the bench',
    firstPolicy: async () => benchPolicy,
    onFault: (error) => process.stderr.write(`background work failed: ${String(error)}\n`),
  })
  const { engine } = built
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {}) // the server is stopped under an idle connection
  const customers = await seedCustomers(pool, { ids: engine.ids, atMs: engine.clock.nowMs(), count: customerCount })
  await pool.query('VACUUM ANALYZE')
  await pool.query('CHECKPOINT')
  return {
    url,
    engine,
    built,
    customers,
    pool,
    async close() {
      await built.close()
      await pool.end()
    },
  }
}

export async function createDatabase(server: BenchServer, name: string): Promise<string> {
  await withClient(server.address('postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
  return server.address(name)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
