import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type DemoFile, readDemoFile } from '../simulator/demo-file.ts'
import { CliFailure, EXIT } from './exit.ts'
import { isAlive } from './target.ts'

export interface StartedEngine extends DemoFile {
  stop(): Promise<void>
}

const SERVER = fileURLToPath(new URL('../main/server.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const UP_WITHIN_MS = 90_000
/** As `npm start` has them: see docs/performance.md. */
const V8_FLAGS = ['--max-semi-space-size=16', '--no-allocation-site-pretenuring']
const POLL_MS = 100
const KEPT_OUTPUT = 4_000

/**
 * Starts the engine in a process of its own, with its data in `home`, and waits until it answers. Without its portal unless
 * that is asked for, which needs a production build of it.
 */
export async function startEngine({
  home,
  portal = false,
}: {
  readonly home: string
  readonly portal?: boolean
}): Promise<StartedEngine> {
  const before = (await readDemoFile(home))?.baseUrl ?? null
  const child = spawn(process.execPath, [...V8_FLAGS, '--import', 'tsx', SERVER], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: '0',
      SPILLWAY_HOME: home,
      SPILLWAY_PORTAL: portal ? 'on' : 'off',
      SPILLWAY_DEMO_TRAFFIC: 'off',
      NODE_ENV: 'production',
    },
  })
  let said = ''
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_OUTPUT)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)

  const deadline = performance.now() + UP_WITHIN_MS
  while (performance.now() < deadline && child.exitCode === null) {
    const demo = await readDemoFile(home).catch(() => null)
    if (demo !== null && (await isAlive(demo.baseUrl))) return { ...demo, stop: () => stop(child) }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  await stop(child)
  const where = before === null ? '' : ` (the last one here was ${before})`
  throw new CliFailure(EXIT.unreachable, `the engine did not start${where}`, said.trim().split('\n').slice(-12))
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(timer)
}
