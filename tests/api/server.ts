import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiObserver } from '../../src/api/http/handle.ts'
import { type BuiltEngine, buildEngine } from '../../src/main/container.ts'
import type { OpenedPayments } from '../../src/main/payments.ts'
import { createHttpServer } from '../../src/main/http-server.ts'
import { buildMemoryEngine } from '../../src/main/memory-container.ts'
import { createMetrics } from '../../src/main/metrics.ts'
import { readinessOf } from '../../src/main/readiness.ts'
import type { PolicyDocument } from '../../src/core/policy/document.ts'
import type { Clock } from '../../src/ports/system.ts'
import { type Scope, SCOPES } from '../../src/ports/key-store.ts'
import type { Engine } from '../../src/services/engine.ts'
import { createKey } from '../../src/services/key/create.ts'
import { TEST_POLICY } from './policy.ts'

export interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly body: any
}

export interface Asking {
  readonly key?: string | null
  readonly idempotencyKey?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is, instead of JSON of the body. */
  readonly raw?: string | Buffer
}

export interface TestServer {
  readonly baseUrl: string
  readonly engine: Engine
  readonly built: BuiltEngine
  /** Secret of a service key with every scope. */
  readonly serviceKey: string
  /** Faults that nobody foresaw; a test that does not expect one fails on it at `close`. */
  readonly faults: unknown[]
  call(method: string, path: string, body?: unknown, asking?: Asking): Promise<Reply>
  keyFor(customer: string | null, scopes: readonly Scope[]): Promise<string>
  customer(input?: Record<string, unknown>): Promise<string>
  grant(customer: string, amount: number | bigint, more?: Record<string, unknown>): Promise<Reply>
  close(): Promise<void>
}

/** An engine and its HTTP server in this process, on a free port, without pages. */
export async function testServer(
  store:
    | { kind: 'memory'; clock?: Clock; payments?: OpenedPayments; policy?: PolicyDocument }
    | { kind: 'postgres'; databaseUrl: string },
): Promise<TestServer> {
  const faults: unknown[] = []
  const options = {
    secret: 'a secret of the tests',
    firstPolicy: async () => (store.kind === 'memory' ? (store.policy ?? TEST_POLICY) : TEST_POLICY),
    onFault: (fault: unknown) => faults.push(fault),
  }
  const built =
    store.kind === 'memory'
      ? await buildMemoryEngine({
          ...options,
          payments: store.payments ?? null,
          ...(store.clock === undefined ? {} : { clock: store.clock }),
        })
      : await buildEngine({ ...options, databaseUrl: store.databaseUrl })
  return serve(built, faults)
}

async function serve(built: BuiltEngine, faults: unknown[]): Promise<TestServer> {
  const { engine } = built
  const metrics = createMetrics((fault) => faults.push(fault))
  const observe: ApiObserver = metrics.observer
  const serving = {
    api: { engine, authenticator: built.authenticator, observe },
    readiness: () => readinessOf(built),
    metrics,
    pages: null,
  }
  const server = createHttpServer(() => serving, { limits: { headMs: 500, requestMs: 10_000, checkMs: 50 } })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  let named = 0

  async function keyFor(customer: string | null, scopes: readonly Scope[]): Promise<string> {
    const made = await createKey(engine, {
      customer,
      name: 'test',
      scopes,
      expiresAtMs: null,
      actor: { kind: 'system', job: 'test' },
      reason: null,
    })
    if (made.kind !== 'created') throw new Error(`no key: ${made.why}`)
    return made.secret
  }
  const serviceKey = await keyFor(null, SCOPES)

  function call(method: string, path: string, body?: unknown, asking: Asking = {}): Promise<Reply> {
    const payload = asking.raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const key = asking.key === undefined ? serviceKey : asking.key
    const idempotencyKey =
      asking.idempotencyKey === undefined && method === 'POST' ? `auto-${++named}` : (asking.idempotencyKey ?? null)
    const headers = {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
      ...asking.headers,
    }
    return send({
      url: `${baseUrl}${path.startsWith('/api') || path.startsWith('/m') || path.endsWith('z') ? '' : '/api/v1'}${path}`,
      method,
      headers,
      payload,
    })
  }

  async function customer(input: Record<string, unknown> = {}): Promise<string> {
    const made = await call('POST', '/customers', { name: 'Test', kind: 'person', tier: 'small', ...input })
    if (made.status !== 201) throw new Error(`no customer: ${made.text}`)
    return made.body.id
  }

  return {
    baseUrl,
    engine,
    built,
    serviceKey,
    faults,
    call,
    keyFor,
    customer,
    grant: (id, amount, more = {}) =>
      call('POST', `/customers/${id}/grants`, { kind: 'credits', amount: `${amount}`, ...more }),
    async close() {
      server.closeAllConnections()
      server.close()
      await built.close()
      if (faults.length > 0)
        throw new Error(`faults that nobody foresaw: ${faults.map(String).join('; ')}`, { cause: faults[0] })
    },
  }
}

/** A connection that is cut after its answer was read has nobody else to tell. */
const watched = new WeakSet<object>()

function send({
  url,
  method,
  headers,
  payload,
}: {
  url: string
  method: string
  headers: Record<string, string>
  payload: string | Buffer | undefined
}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        // an answer that came before the body was sent to its end
        if (!request.writableFinished) request.destroy()
        const text = Buffer.concat(chunks).toString('utf8')
        const json = /json/.test(response.headers['content-type'] ?? '')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: json && text !== '' ? JSON.parse(text) : null,
        })
      })
    })
    request.on('error', reject)
    request.on('socket', (socket) => {
      if (!watched.has(socket)) socket.on('error', () => {})
      watched.add(socket)
    })
    request.end(payload)
  })
}
