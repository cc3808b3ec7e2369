import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunAs, runAs } from './account.ts'
import { findPrograms, type Programs } from './binaries.ts'
import { DATABASE, ensureCluster, makeHome, type Settings, USER, writeSettings } from './cluster.ts'
import { answers, choosePort, clearStaleClaim, isAlive, readClaim } from './postmaster.ts'

export interface Embedded {
  /** Names the database `spillway`, which `migrate` creates when it is missing. Stays the same over a revival. */
  readonly url: string
  /** It was running already, left by a process that died or belonging to one that lives. */
  readonly adopted: boolean
  readonly dataDir: string
  /** Starts it again, on the same port, if it is gone. Says whether it had to. */
  revive(): Promise<'running' | 'revived'>
  /** Stops it cleanly, unless it belongs to another process that lives. */
  stop(): Promise<void>
}

/** Attempts to start. The usual hindrance, orphans of a killed server that still hold its memory, leaves in a moment. */
const MAX_ATTEMPTS = 40
const PAUSE_MS = 100
const TRANSIENT = /still in use|Address already in use|could not bind|lock file .* already exists/

/**
 * A real PostgreSQL in `home`, whose data outlives this process: started, or adopted when it already runs.
 *
 * `settings` override those in cluster.ts, for tests.
 */
export async function startEmbedded(options: { home: string; settings?: Settings }): Promise<Embedded> {
  const as = runAs()
  const home = await makeHome(options.home, as)
  const programs = await findPrograms(home, as)
  const dataDir = join(home, 'data')
  const password = await ensureCluster(home, dataDir, programs, as)
  const cluster: Cluster = {
    home,
    dataDir,
    programs,
    as,
    settings: options.settings ?? {},
    address: (port, database) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`,
  }
  const { port, adopted } = await launch(cluster)
  const mine = claimOwnership(home)
  return {
    url: cluster.address(port, DATABASE),
    adopted,
    dataDir,
    revive: async () => {
      const claim = readClaim(dataDir)
      if (claim && isAlive(claim.pid)) return 'running'
      const again = await launch(cluster)
      if (again.port !== port)
        throw new Error(`PostgreSQL came back on port ${again.port} instead of ${port}: another process took it`)
      return again.adopted ? 'running' : 'revived'
    },
    stop: async () => {
      const claim = readClaim(dataDir)
      if (mine && claim && isAlive(claim.pid))
        await as.exec(programs('pg_ctl'), ['-D', dataDir, '-m', 'fast', '-w', 'stop'], home)
    },
  }
}

type Cluster = {
  home: string
  dataDir: string
  programs: Programs
  as: RunAs
  settings: Settings
  address(port: number, database: string): string
}

async function launch(cluster: Cluster): Promise<{ port: number; adopted: boolean }> {
  const { home, dataDir } = cluster
  const log = join(home, 'postgres.log')
  const remembered = join(home, 'port')
  for (let attempt = 1; ; attempt++) {
    const claim = readClaim(dataDir)
    if (claim && (await answers(cluster.address(claim.port, 'postgres')))) return { port: claim.port, adopted: true }
    clearStaleClaim(dataDir)
    const port = await choosePort(existsSync(remembered) ? Number(readFileSync(remembered, 'utf8')) : undefined)
    writeSettings(dataDir, { ...cluster.settings, port }, cluster.as)
    const logged = existsSync(log) ? statSync(log).size : 0
    try {
      await cluster.as.exec(cluster.programs('pg_ctl'), ['-D', dataDir, '-l', log, '-w', '-t', '60', 'start'], home)
      writeFileSync(remembered, String(port))
      return { port, adopted: false }
    } catch (cause) {
      const said = existsSync(log) ? readFileSync(log).subarray(logged).toString('utf8') : ''
      if (attempt >= MAX_ATTEMPTS || !TRANSIENT.test(`${said}${String(cause)}`))
        throw new Error(`PostgreSQL did not start: ${said.trim() || String(cause)}`, { cause })
      await delay(PAUSE_MS)
    }
  }
}

/** Whether this process now answers for the server's life: it does unless another that lives already does. */
function claimOwnership(home: string): boolean {
  const file = join(home, 'owner')
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  if (owner !== undefined && owner !== process.pid && isAlive(owner)) return false
  writeFileSync(file, String(process.pid))
  return true
}
