import { join } from 'node:path'
import { startEmbedded } from '../adapters/postgres/embedded/start.ts'
import { supervise } from '../adapters/postgres/embedded/supervise.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import type { Config } from './config.ts'
import type { Endings } from './endings.ts'

const MIGRATIONS = new URL('../../prisma/migrations', import.meta.url).pathname

/** Starts PostgreSQL of our own, or takes the server that the configuration names; brings it up to date. Its address. */
export async function openDatabase(
  config: Config,
  { endings, say, onFault }: { endings: Endings; say: (step: string) => void; onFault: (error: unknown) => void },
): Promise<string> {
  const url = config.databaseUrl ?? (await startOwn(config, { endings, say, onFault }))
  const applied = await migrate(url, MIGRATIONS)
  say(
    applied.length === 0
      ? 'the database is up to date'
      : `the database was brought up to date (${applied.length} migrations)`,
  )
  return url
}

async function startOwn(
  config: Config,
  { endings, say, onFault }: { endings: Endings; say: (step: string) => void; onFault: (error: unknown) => void },
): Promise<string> {
  const server = await startEmbedded({ home: join(config.home, 'postgres') })
  endings.add('PostgreSQL', () => server.stop())
  const stopSupervising = supervise(server, (event) => {
    if (event.kind === 'failed') onFault(event.error)
    else say('PostgreSQL had died and is back')
  })
  endings.add('PostgreSQL supervision', stopSupervising)
  say(server.adopted ? 'PostgreSQL was running already' : 'PostgreSQL started')
  return server.url
}
