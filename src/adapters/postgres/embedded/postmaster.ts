import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'

/** What `postmaster.pid` claims of the server in a data directory. The claim may be stale. */
type Claim = { pid: number; port: number }

export function readClaim(data: string): Claim | undefined {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(pid), port: Number(port) }
}

/** Whether a process runs. A killed one whose parent does not reap it stays as a zombie, and counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true // no /proc on this system: the signal was accepted, which is all that can be known
  }
}

/** Removes the claim of a server that is gone: beside a zombie PostgreSQL would refuse to start. */
export function clearStaleClaim(data: string): void {
  const claim = readClaim(data)
  if (claim && !isAlive(claim.pid)) rmSync(join(data, 'postmaster.pid'), { force: true })
}

/** Only a server that answers a query may be adopted: neither a pid file nor an open port proves that it is ours. */
export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  client.on('error', () => {}) // a connection that breaks later is of no interest here
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false // whatever the cause, the caller then starts its own and reports why that failed
  } finally {
    await client.end().catch(() => {})
  }
}

/** The port to listen on: `preferred` if nobody has it, so that addresses outlive a restart, else any free one. */
export async function choosePort(preferred: number | undefined): Promise<number> {
  return (preferred !== undefined ? await tryPort(preferred) : undefined) ?? (await tryPort(0)) ?? unavailable()
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}

function unavailable(): never {
  throw new Error('no free port on 127.0.0.1')
}
