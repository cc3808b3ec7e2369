import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** The advisory lock that `prisma migrate` takes, so that the two never run together. */
const LOCK = 72707369
/** A migration may rewrite a table, but a lock that nobody releases must end in an error and not in a hang. */
const LOCK_TIMEOUT_MS = 60_000

/** Prisma's own table, column for column: either tool can go on where the other stopped. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

type Migration = { name: string; sql: string; checksum: string }

/** Applies the migrations in `dir` that the database lacks, in order of name, and returns the names of those. */
export async function migrate(url: string, dir: string): Promise<string[]> {
  const migrations = readMigrations(dir)
  await createDatabase(url)
  const db = new pg.Client({ connectionString: url, options: `-c timezone=UTC -c lock_timeout=${LOCK_TIMEOUT_MS}` })
  await db.connect()
  try {
    await db.query('SELECT pg_advisory_lock($1)', [LOCK])
    await db.query(TABLE)
    const missing = await notApplied(db, migrations)
    for (const migration of missing) await apply(db, migration)
    return missing.map(({ name }) => name)
  } finally {
    await db.end()
  }
}

function readMigrations(dir: string): Migration[] {
  if (!existsSync(dir)) throw new Error(`no migrations: ${dir} does not exist`)
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** Refuses a history that was edited or that broke off: neither can be mended by going on. */
async function notApplied(db: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await db.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const known = new Map(rows.map((row) => [row.migration_name, row]))
  return migrations.filter(({ name, checksum }) => {
    const row = known.get(name)
    if (!row) return true
    if (!row.finished_at) throw new Error(`migration ${name} failed earlier: see prisma migrate resolve`)
    if (row.checksum !== checksum) throw new Error(`migration ${name} was edited after it was applied`)
    return false
  })
}

async function apply(db: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await db.query('BEGIN')
  try {
    await db.query(sql)
    await db.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)',
      [randomUUID(), checksum, name],
    )
    await db.query('COMMIT')
  } catch (cause) {
    await db.query('ROLLBACK')
    throw new Error(`migration ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function createDatabase(url: string): Promise<void> {
  const probe = new pg.Client({ connectionString: url })
  try {
    await probe.connect()
    return
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '3D000') throw error
  } finally {
    await probe.end()
  }
  const server = new URL(url)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  const admin = new pg.Client({ connectionString: server.toString() })
  await admin.connect()
  try {
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`)
  } catch (error) {
    // Two processes that start together both find it missing; the second is content that it exists.
    if (!['42P04', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error
  } finally {
    await admin.end()
  }
}
