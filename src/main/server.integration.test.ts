import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, inject, test } from 'vitest'
import { cloneDatabase } from '../../tests/postgres.ts'
import { scratchFolder } from '../../tests/scratch-folder.ts'

interface Started {
  readonly process: ChildProcess
  readonly home: string
  out: string
  err: string
}

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

function launch(env: Record<string, string>): Started {
  const home = scratchFolder('server')
  const { PATH, HOME, TMPDIR } = process.env
  const base = {
    PATH: PATH ?? '',
    HOME: HOME ?? '',
    ...(TMPDIR ? { TMPDIR } : {}),
    NODE_ENV: 'production',
    SPILLWAY_HOME: home,
    SPILLWAY_PORTAL: 'off',
    SPILLWAY_DEMO_TRAFFIC: 'off',
    PORT: '0',
  }
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main/server.ts'], {
    env: { ...base, ...env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started: Started = { process: child, home, out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    started.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    started.err += chunk
  })
  running.push(child)
  return started
}

async function exitOf({ process: child }: Started): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

async function ready(started: Started): Promise<string> {
  await expect
    .poll(() => (started.process.exitCode === null ? started.out : `ended: ${started.err}`), { timeout: 60_000 })
    .toMatch(/ready|ended/)
  const [, address] = /^ready (http:\S+)\n$/.exec(started.out) ?? []
  if (address === undefined) throw new Error(started.out + started.err)
  return address
}

test('a demo says ready once, serves, and leaves with 0 when told to', { timeout: 90_000 }, async () => {
  const started = launch({ DATABASE_URL: await cloneDatabase(inject('template')) })
  const address = await ready(started)

  const file = join(started.home, 'demo.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const demo = JSON.parse(readFileSync(file, 'utf8'))
  expect(demo).toMatchObject({
    baseUrl: address,
    databaseUrl: expect.stringMatching(/^postgres/),
    serviceKey: expect.stringMatching(/^sk_/),
  })
  const health = await fetch(`${address}/readyz`)
  expect([health.status, await health.json()]).toMatchObject([
    200,
    { status: 'ready', checks: { database: 'ok', policy: 'version 1' } },
  ])
  const policy = await fetch(`${address}/api/v1/policy`, { headers: { authorization: `Bearer ${demo.serviceKey}` } })
  expect(policy.status).toBe(200)
  expect(await (await fetch(`${address}/metrics`)).text()).toMatch(
    /^spillway_http_request_seconds_count\{operation="getPolicy",status="200"\} 1$/m,
  )
  expect((await fetch(`${address}/nothing`)).status).toBe(404)

  started.process.kill('SIGTERM')
  expect(await exitOf(started)).toBe(0)
  expect(started.out).toBe(`ready ${address}\n`)
  expect(started.err).not.toMatch(/"level":(50|60)/)
  expect(started.err + started.out).not.toContain(demo.serviceKey)
})

test('settings that cannot be used: each named, and 78', async () => {
  const started = launch({ PORT: 'x', SPILLWAY_SETTLER: 'maybe', DATABASE_URL: 'mysql://u:hunter2@h/d' })
  expect(await exitOf(started)).toBe(78)
  expect(started.err).toMatch(/PORT: .*\n.*DATABASE_URL: .*\n.*SPILLWAY_SETTLER: /)
  expect(started.err).not.toContain('hunter2')
})

test('a taken port: said in a sentence, and 78', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const started = launch({ PORT: `${port}`, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })
  expect(await exitOf(started)).toBe(78)
  expect(started.err).toContain(`port ${port} on 127.0.0.1 is taken`)
  other.close()
})

test('a database that cannot be reached: said, and 1', async () => {
  const started = launch({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })
  expect(await exitOf(started)).toBe(1)
  expect(started.err).toContain('Could not start')
})
