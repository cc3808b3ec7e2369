import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Embedded, startEmbedded } from '../../src/adapters/postgres/embedded/start.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'

/** A PostgreSQL that only this file's tests use and may break, with the engine's tables. */
export function ownServer(name: string): () => Embedded {
  let home: string
  let server: Embedded
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), `spillway-${name}-`))
    server = await startEmbedded({ home })
    await migrate(server.url, 'prisma/migrations')
  })
  afterAll(async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  })
  return () => server
}

/** The process that all others of the server descend from. */
export const postmasterOf = ({ dataDir }: Embedded): number =>
  Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
