import type { DemoFile } from '../simulator/demo-file.ts'
import { readDemoFile, spillwayHome } from '../simulator/demo-file.ts'
import { CliFailure, EXIT } from './exit.ts'

export interface DatabaseFlags {
  readonly databaseUrl?: string | undefined
}

export async function demoFile(): Promise<DemoFile | null> {
  return readDemoFile(spillwayHome()).catch((error: unknown) => {
    throw new CliFailure(EXIT.usage, `the running engine's notes cannot be read: ${(error as Error).message}`)
  })
}

/** The database to work on: --database-url, DATABASE_URL, or that of the engine that runs (or ran) here. */
export async function databaseUrlFrom(flags: DatabaseFlags): Promise<string> {
  const url = flags.databaseUrl ?? process.env['DATABASE_URL'] ?? (await demoFile())?.databaseUrl ?? null
  if (url === null || url === '') {
    throw new CliFailure(
      EXIT.usage,
      'no database is named: start the engine with `npm start`, or give --database-url or DATABASE_URL',
    )
  }
  return url
}

/** The engine's address and key: flags, or those of the engine that runs here; null when neither is given. */
export async function engineTarget(flags: {
  baseUrl?: string | undefined
  key?: string | undefined
}): Promise<{ baseUrl: string; key: string } | null> {
  if (flags.baseUrl !== undefined) {
    const key = flags.key ?? process.env['SPILLWAY_KEY']
    if (key === undefined)
      throw new CliFailure(EXIT.usage, '--base-url needs --key, or SPILLWAY_KEY in the environment')
    return { baseUrl: flags.baseUrl, key }
  }
  const demo = await demoFile()
  return demo === null ? null : { baseUrl: demo.baseUrl, key: flags.key ?? demo.serviceKey }
}

/** True when an engine answers its liveness check there within two seconds. */
export async function isAlive(baseUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/livez', baseUrl), { signal: AbortSignal.timeout(2_000) })
    return answer.ok
  } catch {
    return false
  }
}
