/**
 * Runs a command with DATABASE_URL set: `tsx scripts/with-database.ts <command> [arguments]`.
 *
 * Without a DATABASE_URL of your own it starts a throw-away server, so that checking or writing a migration needs
 * neither a database nor touches the one you work with. Exits as the command does.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../src/adapters/postgres/embedded/start.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'

const [command, ...args] = process.argv.slice(2)
if (!command) throw new Error('usage: with-database <command> [arguments]')
const run = (url: string) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } }).status ?? 1

if (process.env.DATABASE_URL) {
  process.exitCode = run(process.env.DATABASE_URL)
} else {
  const home = mkdtempSync(join(tmpdir(), 'spillway-test-'))
  const server = await startEmbedded({ home, settings: { fsync: 'off', shared_buffers: '64MB' } })
  try {
    await migrate(server.url, 'prisma/migrations')
    process.exitCode = run(server.url)
  } finally {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
