import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running engine leaves for the tools beside it, in `.spillway/demo.json` (mode 0600: it holds a key). */
export interface DemoFile {
  readonly baseUrl: string
  readonly serviceKey: string
  /** PostgreSQL URL of the same engine; null when it runs in memory. */
  readonly databaseUrl: string | null
}

/** Folder of the engine's own files: `SPILLWAY_HOME`, else `.spillway` under the working directory. */
export function spillwayHome(env: NodeJS.ProcessEnv = process.env): string {
  return env['SPILLWAY_HOME'] ?? join(process.cwd(), '.spillway')
}

/** Null when there is none; throws when it is there and cannot be understood. */
export async function readDemoFile(home: string): Promise<DemoFile | null> {
  const path = join(home, 'demo.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const json: Partial<DemoFile> = JSON.parse(text)
  if (typeof json.baseUrl !== 'string' || typeof json.serviceKey !== 'string')
    throw new Error(`${path} names no baseUrl and serviceKey`)
  return { baseUrl: json.baseUrl, serviceKey: json.serviceKey, databaseUrl: json.databaseUrl ?? null }
}

/** Replaces the file at once, so that a reader never sees half of it. */
export async function writeDemoFile(home: string, content: DemoFile): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const path = join(home, 'demo.json')
  await writeFile(`${path}.next`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.next`, path)
}
