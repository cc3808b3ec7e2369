import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pause } from './measure.ts'
import { scratchFolder } from './scratch.ts'
import { Redis } from 'ioredis'

export interface RedisServer {
  readonly url: string
  readonly version: string
  stop(): Promise<void>
}

const ATTEMPTS = 100

/** A Redis that is thrown away afterwards, with its usual durability: appendonly, fsync once a second. Null: not installed. */
export async function startRedis(): Promise<RedisServer | null> {
  const dir = scratchFolder()
  const port = await freePort()
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '']
  const child = spawn('redis-server', [...options, '--appendonly', 'yes', '--appendfsync', 'everysec'], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit').catch(() => null)
  if (!(await spawned(child))) {
    rmSync(dir, { recursive: true, force: true })
    return null
  }
  const url = `redis://127.0.0.1:${port}`
  return {
    url,
    version: await versionOf(url),
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function spawned(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })
}

async function versionOf(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null })
  redis.on('error', () => {}) // not up yet; asked again
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const info = await redis.info('server').catch(() => null)
      if (info !== null) return /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown'
      await pause(50)
    }
    throw new Error('Redis did not come up')
  } finally {
    redis.disconnect()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
