import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readClaim } from '../../src/adapters/postgres/embedded/postmaster.ts'
import { type Embedded, startEmbedded } from '../../src/adapters/postgres/embedded/start.ts'
import { supervise } from '../../src/adapters/postgres/embedded/supervise.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'

const WRITERS = 16
const MAX_BACK_MS = 5_000

let home: string
let migrations: string
let server: Embedded

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'spillway-test-'))
  migrations = mkdtempSync(join(tmpdir(), 'spillway-migrations-'))
  execFileSync('mkdir', ['-p', join(migrations, '0001_create_row')])
  writeFileSync(join(migrations, '0001_create_row', 'migration.sql'), 'CREATE TABLE row (key TEXT PRIMARY KEY);')
  server = await startEmbedded({ home, settings: { shared_buffers: '64MB' } })
})

afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
  rmSync(migrations, { recursive: true, force: true })
})

async function query<R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client(server.url)
  await client.connect()
  return client
    .query<R>(sql, values)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

/** The postmaster, and with `all` its children too: the two ways in which a machine loses its database. */
function kill(victims: 'postmaster' | 'all'): void {
  const postmaster = readClaim(server.dataDir)?.pid
  if (postmaster === undefined) throw new Error('no server to kill')
  const children =
    victims === 'all'
      ? readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').map(Number)
      : []
  for (const pid of [postmaster, ...children]) process.kill(pid, 'SIGKILL')
}

/** Inserts from many connections; `reached(n)` resolves at n acknowledged rows, `broken` when every writer has lost its connection. */
function load(tag: string) {
  const acknowledged = new Set<string>()
  const waiting: { count: number; done: () => void }[] = []
  const writer = async (w: number) => {
    const client = new pg.Client(server.url)
    client.on('error', () => {})
    await client.connect()
    for (let i = 0; ; i++) {
      const key = `${tag}-${w}-${i}`
      try {
        await client.query('INSERT INTO row VALUES ($1)', [key])
      } catch {
        return client.end().catch(() => {})
      }
      acknowledged.add(key)
      for (const { count, done } of waiting) if (acknowledged.size >= count) done()
    }
  }
  return {
    acknowledged,
    broken: Promise.all(Array.from({ length: WRITERS }, (_, w) => writer(w))),
    reached: (count: number) => new Promise<void>((done) => waiting.push({ count, done })),
  }
}

async function lost(tag: string, acknowledged: Set<string>): Promise<string[]> {
  const kept = new Set(
    (await query<{ key: string }>('SELECT key FROM row WHERE key LIKE $1', [`${tag}-%`])).map(({ key }) => key),
  )
  return [...acknowledged].filter((key) => !kept.has(key))
}

describe('migrate', () => {
  test('creates the database and applies each migration once, also when two processes start together', async () => {
    const runs = await Promise.all([migrate(server.url, migrations), migrate(server.url, migrations)])
    expect(runs.flat()).toEqual(['0001_create_row'])
  })

  test('refuses a migration that was edited after it was applied', async () => {
    const file = join(migrations, '0001_create_row', 'migration.sql')
    const sql = readFileSync(file, 'utf8')
    writeFileSync(file, `${sql} -- edited`)
    await expect(migrate(server.url, migrations)).rejects.toThrow('0001_create_row was edited')
    writeFileSync(file, sql)
  })

  test('leaves nothing behind of a migration that fails', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'spillway-migrations-'))
    execFileSync('cp', ['-r', `${migrations}/.`, broken])
    execFileSync('mkdir', [join(broken, '0002_break')])
    writeFileSync(join(broken, '0002_break', 'migration.sql'), 'CREATE TABLE half (); SELECT 1/0;')
    await expect(migrate(server.url, broken)).rejects.toThrow('0002_break failed: division by zero')
    expect(await query("SELECT to_regclass('half') AS found")).toEqual([{ found: null }])
    rmSync(broken, { recursive: true })
  })
})

describe('the embedded server', () => {
  test('keeps its data where it was told, even in a directory of mode 0700', () => {
    expect(server.dataDir).toBe(join(home, 'data'))
  })

  test('runs durably, checksummed, in UTC and on the loopback address only', async () => {
    const names = ['fsync', 'synchronous_commit', 'data_checksums', 'TimeZone', 'listen_addresses', 'full_page_writes']
    const rows = await query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
      [names],
    )
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      TimeZone: 'UTC',
      listen_addresses: '127.0.0.1',
      full_page_writes: 'on',
    })
  })

  test('is adopted while it runs, and keeps data and address over a restart', async () => {
    const second = await startEmbedded({ home })
    expect(second).toMatchObject({ adopted: true, url: server.url })
    await query("INSERT INTO row VALUES ('kept')")
    await server.stop()
    const before = server
    server = await startEmbedded({ home, settings: { shared_buffers: '64MB' } })
    expect(server).toMatchObject({ adopted: false, url: before.url })
    expect(await query("SELECT key FROM row WHERE key = 'kept'")).toEqual([{ key: 'kept' }])
  })

  test.each(['postmaster', 'all'] as const)(
    'kill -9 (%s) under load: a new start loses nothing acknowledged',
    async (victims) => {
      const { acknowledged, broken, reached } = load(victims)
      await reached(500)
      kill(victims)
      const killedAt = performance.now()
      await broken
      server = await startEmbedded({ home, settings: { shared_buffers: '64MB' } })
      expect(await lost(victims, acknowledged)).toEqual([])
      expect(performance.now() - killedAt).toBeLessThan(MAX_BACK_MS)
    },
  )

  test('kill -9 under load: the supervisor brings it back at the same address', async () => {
    let release = async () => {}
    const revived = new Promise<void>((done, fail) => {
      release = supervise(server, (event) => (event.kind === 'revived' ? done() : fail(event.error)))
    })
    const { acknowledged, broken, reached } = load('supervised')
    await reached(500)
    kill('postmaster')
    const killedAt = performance.now()
    await Promise.all([broken, revived])
    expect(await lost('supervised', acknowledged)).toEqual([])
    expect(performance.now() - killedAt).toBeLessThan(MAX_BACK_MS)
    await release()
  })
})
