import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { isAlive, readClaim } from '../src/adapters/postgres/embedded/postmaster.ts'
import { startEmbedded } from '../src/adapters/postgres/embedded/start.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the migrated database that `cloneDatabase` copies. */
    template: string
  }
}

const PREFIX = 'spillway-test-'
const TEMPLATE = 'template_spillway'
const MIGRATIONS = 'prisma/migrations'

/** One throw-away cluster a run; each test file takes a clone of the migrated template, in a few milliseconds. */
export default async function setup(project: TestProject) {
  sweep()
  const home = mkdtempSync(join(tmpdir(), PREFIX))
  // Nothing here outlives the run, so durability would only cost time; tests of durability start a server of their own.
  const server = await startEmbedded({ home, settings: { fsync: 'off', shared_buffers: '128MB' } })
  const template = withDatabase(server.url, TEMPLATE)
  if (existsSync(MIGRATIONS)) await migrate(template, MIGRATIONS)
  else await query(template, `CREATE DATABASE ${TEMPLATE}`)
  project.provide('template', template)
  return async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** A database of its own for a test file: `await cloneDatabase(inject('template'))`. Goes with the cluster. */
export async function cloneDatabase(template: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await query(template, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`)
  return withDatabase(template, name)
}

async function query(url: string, sql: string): Promise<void> {
  const admin = new pg.Client(withDatabase(url, 'postgres'))
  await admin.connect()
  await admin.query(sql).finally(() => admin.end())
}

function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).toString()
}

/** Ends the servers of runs that were killed before they could. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    const home = join(tmpdir(), name)
    const owner = join(home, 'owner')
    if (!existsSync(owner) || isAlive(Number(readFileSync(owner, 'utf8')))) continue
    const claim = readClaim(join(home, 'data'))
    if (claim && isAlive(claim.pid)) process.kill(claim.pid, 'SIGQUIT')
    rmSync(home, { recursive: true, force: true })
  }
}
