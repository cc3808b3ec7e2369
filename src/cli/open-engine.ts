import { readConfig } from '../main/config.ts'
import { buildEngine } from '../main/container.ts'
import { openVerifyStore } from '../main/verify-store.ts'
import type { VerifyStore } from '../ports/verify-store.ts'
import type { Engine } from '../services/engine.ts'
import { CliFailure, EXIT } from './exit.ts'
import { type DatabaseFlags, databaseUrlFrom } from './target.ts'

export interface OpenedEngine {
  readonly engine: Engine
  readonly verifyStore: VerifyStore
}

/** Undefined table or schema: the address is right, the database is not ours yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000', '3D000', '22023'])

/** Runs `work` on the engine's database in this process, beside any that runs; closes it whatever happens. */
export async function withEngine<T>(flags: DatabaseFlags, work: (opened: OpenedEngine) => Promise<T>): Promise<T> {
  const databaseUrl = await databaseUrlFrom(flags)
  const reading = readConfig({ ...process.env, DATABASE_URL: databaseUrl })
  if (!reading.ok) throw new CliFailure(EXIT.usage, 'the environment is wrong', reading.problems)
  const built = await buildEngine({
    databaseUrl,
    secret: reading.config.secret,
    lanes: 1,
    firstPolicy: async () => {
      throw new CliFailure(EXIT.no, 'this database has no policy yet: start the engine on it once')
    },
    onFault: (error) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && NOT_MIGRATED.has(error.code)) {
      throw new CliFailure(
        EXIT.no,
        `this database is not the engine's (${error.message}): \`spillway doctor\` says more`,
      )
    }
    throw error
  })
  const verify = openVerifyStore(databaseUrl)
  try {
    return await work({ engine: built.engine, verifyStore: verify.store })
  } finally {
    await verify.close()
    await built.close()
  }
}
