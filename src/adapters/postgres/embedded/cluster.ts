import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunAs } from './account.ts'
import type { Programs } from './binaries.ts'

/** Extra or overriding `postgresql.conf` settings. */
export type Settings = Readonly<Record<string, string | number>>

/**
 * Fits two cores and 1-2 GB beside the application. fsync and synchronous_commit stay on: an answer is given only when
 * its effects are on disk. Full-page images, which follow each checkpoint, are what makes checkpoints costly, so they
 * are spaced out. Files of the write-ahead log are used again instead of removed: while one is made, commits wait.
 */
const DEFAULTS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: 200,
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  min_wal_size: '2GB',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_compression: 'off',
}

const CONF = 'spillway.conf'
export const USER = 'spillway'
export const DATABASE = 'spillway'

/** A directory for the cluster that PostgreSQL's account can enter: `wanted`, or a place of its own elsewhere. */
export async function makeHome(wanted: string, as: RunAs): Promise<string> {
  const absolute = resolve(wanted)
  const id = createHash('sha256').update(absolute).digest('hex').slice(0, 12)
  for (const home of [absolute, join('/var/lib/spillway', id), join(tmpdir(), `spillway-${id}`)]) {
    try {
      mkdirSync(home, { recursive: true })
    } catch {
      continue // read-only or forbidden: the next place, and the error below when there is none
    }
    // Its own mode must not count, which is often 0700 and ours: only a parent's can shut the account out for good.
    as.own(home)
    if (await as.canEnter(home)) return home
  }
  throw new Error(
    `no directory for PostgreSQL: its account can enter neither ${absolute} nor /var/lib/spillway nor ${tmpdir()}`,
  )
}

/** Makes the cluster once; afterwards only reads its password. */
export async function ensureCluster(home: string, data: string, programs: Programs, as: RunAs): Promise<string> {
  const secret = join(home, 'password')
  // `initialized` is written last: an initdb that was interrupted starts over instead of leaving half a cluster.
  const initialized = join(home, 'initialized')
  if (!existsSync(initialized)) {
    rmSync(data, { recursive: true, force: true })
    writeFileSync(secret, randomBytes(24).toString('base64url'), { mode: 0o600 })
    as.own(secret)
    // The builtin C.UTF-8 locale sorts alike on every system, so that an index survives a change of C library.
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    await as.exec(
      programs('initdb'),
      ['-D', data, '-U', USER, '--auth=scram-sha-256', `--pwfile=${secret}`, '--data-checksums', ...locale],
      home,
    )
    appendFileSync(join(data, 'postgresql.conf'), `\ninclude_if_exists '${CONF}'\n`)
    writeFileSync(initialized, '')
  }
  return readFileSync(secret, 'utf8')
}

export function writeSettings(data: string, settings: Settings, as: RunAs): void {
  const lines = Object.entries({ ...DEFAULTS, ...settings }).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  )
  const file = join(data, CONF)
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  as.own(file)
}
