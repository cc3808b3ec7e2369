import { readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SpillwayProblem, SpillwayUnreachable } from './problem.ts'
import { Spillway } from './spillway.ts'

interface Seen {
  method: string
  path: string
  key: string | undefined
  auth: string | undefined
  body: unknown
}
type Reply = 'cut' | { status: number; body: unknown; headers?: Record<string, string> }

let seen: Seen[] = []
let replies: Reply[] = []

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString()
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      key: request.headers['idempotency-key'] as string | undefined,
      auth: request.headers.authorization,
      body: text === '' ? null : JSON.parse(text),
    })
    const reply = replies.shift() ?? { status: 500, body: { title: 'the test expected no further call' } }
    if (reply === 'cut') return void request.socket.destroy()
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  })
})
let baseUrl = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  seen = []
  replies = []
})

const client = (attempts = 3) => new Spillway({ baseUrl: `${baseUrl}/`, key: 'secret', attempts })
const request = { customer: 'cus_1', feature: 'codex.task', usage: { input_tokens: 5 } }
const allowed = {
  status: 200,
  body: { id: 'dec_1', outcome: 'allowed', hold: { id: 'hold_1', expiresAt: '2026-01-01T00:00:00Z' } },
}
const denied = (status: number) => ({
  status,
  body: { id: 'dec_2', outcome: 'denied', reason: 'included_exhausted', type: 'https://x/quota-exceeded', status },
})
const captured = { status: 200, body: { cost: '7' } }
const busy = { status: 503, body: { type: 'https://x/temporary-reduced-capacity', title: 'Busy', status: 503 } }

describe('a decision', () => {
  it('is asked for with bearer key, idempotency key and mode', async () => {
    replies = [allowed]
    expect(await client().authorize(request, { idempotencyKey: 'k1' })).toMatchObject({ outcome: 'allowed' })
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/api/v1/decisions',
        key: 'k1',
        auth: 'Bearer secret',
        body: { ...request, mode: 'authorize' },
      },
    ])
  })

  it.each([402, 403, 429, 503])('that denies with %s is a value and is not asked again', async (status) => {
    replies = [denied(status)]
    expect(await client().consume(request)).toMatchObject({ outcome: 'denied', reason: 'included_exhausted' })
    expect(seen).toHaveLength(1)
  })
})

describe('a call without an answer', () => {
  it.each<[string, Reply[]]>([
    ['connection cut', ['cut', allowed]],
    ['overload', [busy, allowed]],
    ['a proxy’s page', [{ status: 502, body: '<html>' }, allowed]],
    ['success without JSON', [{ status: 200, body: '<html>' }, allowed]],
    [
      'first try still running',
      [{ status: 409, body: { type: 'https://x/request-in-flight', title: 'In flight' } }, allowed],
    ],
    ['twice', ['cut', busy, allowed]],
  ])('is repeated with the same key: %s', async (_, script) => {
    replies = [...script]
    expect(await client().authorize(request)).toMatchObject({ id: 'dec_1' })
    expect(seen).toHaveLength(script.length)
    expect(new Set(seen.map((call) => call.key)).size).toBe(1)
    expect(seen[0]?.key).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gives up after its attempts and names the key to try again', async () => {
    replies = ['cut', 'cut', 'cut', allowed]
    const failure = await client()
      .authorize(request, { idempotencyKey: 'k7' })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SpillwayUnreachable)
    expect(failure).toMatchObject({ idempotencyKey: 'k7', attempts: 3 })
    expect(seen).toHaveLength(3)
  })

  it('ends as the last refusal when the engine stays busy', async () => {
    replies = [busy, busy]
    await expect(client(2).authorize(request)).rejects.toMatchObject({
      status: 503,
      code: 'temporary-reduced-capacity',
    })
  })

  it('stops when it is aborted', async () => {
    const abort = new AbortController()
    abort.abort(new Error('enough'))
    await expect(client().authorize(request, { signal: abort.signal })).rejects.toThrow('enough')
    expect(seen).toHaveLength(0)
  })
})

describe('a refused call', () => {
  it.each([
    [400, 'invalid-request'],
    [401, 'unauthorized'],
    [404, 'not-found'],
    [409, 'stale'],
    [410, 'hold-closed'],
    [422, 'key-reused'],
    [500, 'internal'],
  ])('throws a typed problem at once: %s', async (status, code) => {
    replies = [{ status, body: { type: `https://x/problems/${code}`, title: 'No', detail: 'Because.', extra: 1 } }]
    const failure = await client()
      .authorize(request)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SpillwayProblem)
    expect(failure).toMatchObject({ status, code, message: 'Because.', title: 'No', members: { extra: 1 } })
    expect(seen).toHaveLength(1)
  })
})

describe('run', () => {
  const work = async () => ({ value: 'text', actual: { usage: { input_tokens: 4 } } })

  it('authorizes, works and captures the actual use', async () => {
    replies = [allowed, captured]
    expect(await client().run(request, work, { idempotencyKey: 'k' })).toMatchObject({
      outcome: 'done',
      value: 'text',
      capture: { cost: '7' },
    })
    expect(seen[1]).toMatchObject({
      path: '/api/v1/holds/hold_1/capture',
      key: 'k:capture',
      body: { usage: { input_tokens: 4 } },
    })
  })

  it('does no work when denied', async () => {
    replies = [denied(429)]
    let worked = false
    const result = await client().run(request, () => {
      worked = true
      return work()
    })
    expect([result.outcome, worked, seen.length]).toEqual(['denied', false, 1])
  })

  it.each<[string, Reply[]]>([
    ['and', [allowed, { status: 200, body: {} }]],
    ['even when the release fails', [allowed, { status: 410, body: {} }]],
  ])('releases the hold when the work throws, %s throws on', async (_, script) => {
    replies = [...script]
    const broken = () => Promise.reject(new Error('model down'))
    await expect(client().run(request, broken, { idempotencyKey: 'k' })).rejects.toThrow('model down')
    expect(seen[1]).toMatchObject({ path: '/api/v1/holds/hold_1/release', key: 'k:release' })
  })

  it('repeats a lost capture with its own key', async () => {
    replies = [allowed, 'cut', captured]
    expect(await client().run(request, work, { idempotencyKey: 'k' })).toMatchObject({ outcome: 'done' })
    expect(seen.map((call) => call.key)).toEqual(['k', 'k:capture', 'k:capture'])
  })
})

describe('the package', () => {
  it('is at most 10 kB compressed, as source with its comments, and imports only itself', async () => {
    const folder = new URL('./', import.meta.url)
    const files = (await readdir(folder)).filter((file) => !file.endsWith('.test.ts'))
    const sources = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))
    expect(gzipSync(sources.join('')).length).toBeLessThan(10_000)
    const imports = sources.flatMap((source) => [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]))
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((path) => !files.includes(path?.replace('./', '') ?? ''))).toEqual([])
  })

  it.each([0, 21, 1.5])('refuses %s attempts', (attempts) => {
    expect(() => client(attempts)).toThrow(RangeError)
  })
})
