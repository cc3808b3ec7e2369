import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Finding, note, ok, wrong } from './finding.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url))
const LEAST_MAJOR = 15
const MOST_SKEW_MS = 2_000
const WITHIN_MS = 5_000

/** Reachable, new enough, the right migrations, safe settings, and a clock that agrees with ours. */
export async function checkDatabase(url: string): Promise<Finding[]> {
  const db = new pg.Client({ connectionString: url, connectionTimeoutMillis: WITHIN_MS, query_timeout: WITHIN_MS })
  // A connection that breaks later is reported by the query that meets it.
  db.on('error', () => {})
  const sentMs = performance.now()
  await db.connect()
  try {
    const roundTripMs = Math.round(performance.now() - sentMs)
    return [...(await checkServer(db, roundTripMs)), ...(await checkClock(db)), ...(await checkMigrations(db))]
  } finally {
    await db.end()
  }
}

async function checkServer(db: pg.Client, roundTripMs: number): Promise<Finding[]> {
  const { rows } = await db.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'server_version_num', 'fsync', 'synchronous_commit', 'full_page_writes')`,
  )
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  const major = Math.floor(Number(settings.get('server_version_num')) / 10_000)
  const says = `PostgreSQL ${settings.get('server_version')}, connected in ${roundTripMs} ms`
  const findings = [
    major < LEAST_MAJOR
      ? wrong('database', `${says}: version ${LEAST_MAJOR} or newer is needed`)
      : ok('database', says),
  ]
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (settings.get(name) === 'off')
      findings.push(wrong('durability', `${name} is off: acknowledged decisions can be lost; switch it on`))
  }
  return findings
}

/** Against the middle of the round trip. Decisions use the database's clock; tokens and logs this machine's. */
async function checkClock(db: pg.Client): Promise<Finding[]> {
  const beforeMs = performance.now()
  const { rows } = await db.query<{ now: string }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`,
  )
  const middleMs = performance.timeOrigin + (beforeMs + performance.now()) / 2
  const skewMs = Math.round(Number(rows[0]?.now) - middleMs)
  const says = `the database is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine`
  return [Math.abs(skewMs) > MOST_SKEW_MS ? wrong('clock', `${says}: set both by NTP`) : ok('clock', says)]
}

async function checkMigrations(db: pg.Client): Promise<Finding[]> {
  const { rows: tables } = await db.query<{ there: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there`,
  )
  if (tables[0]?.there !== true) return [wrong('migrations', 'none is applied: start the engine once (`npm start`)')]
  const { rows } = await db.query<{ migration_name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const applied = new Map(rows.map((row) => [row.migration_name, row]))
  const files = await readMigrations()
  const findings: Finding[] = []
  for (const { name, checksum } of files) {
    const row = applied.get(name)
    if (row === undefined) findings.push(wrong('migrations', `${name} is not applied: restart the engine`))
    else if (!row.finished)
      findings.push(wrong('migrations', `${name} broke off: look at its error, mend the database, then start again`))
    else if (row.checksum !== checksum)
      findings.push(wrong('migrations', `${name} was edited after it was applied: restore the file`))
    applied.delete(name)
  }
  for (const name of applied.keys())
    findings.push(note('migrations', `${name} is applied but not part of this version: is the database a newer one's?`))
  return findings.length > 0 ? findings : [ok('migrations', `${files.length} applied`)]
}

async function readMigrations(): Promise<{ name: string; checksum: string }[]> {
  const folders = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const files = folders.map(async ({ name }) => {
    const sql = await readFile(`${MIGRATIONS}${name}/migration.sql`)
    return { name, checksum: createHash('sha256').update(sql).digest('hex') }
  })
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1))
}
