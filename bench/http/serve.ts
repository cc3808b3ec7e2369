import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpServer } from '../../src/main/http-server.ts'
import { createMetrics } from '../../src/main/metrics.ts'
import { createKey } from '../../src/services/key/create.ts'
import type { World } from '../world.ts'

export interface Served {
  readonly port: number
  close(): Promise<void>
}

/** The decision API as `npm start` serves it, metrics included, without pages. */
export async function serveEngine({ engine, built }: World): Promise<Served & { readonly key: string }> {
  const created = await createKey(engine, {
    customer: null,
    name: 'bench',
    scopes: ['decide', 'read'],
    expiresAtMs: null,
    actor: { kind: 'system', job: 'bench' },
    reason: null,
  })
  if (created.kind !== 'created') throw new Error(`no key: ${created.why}`)
  const metrics = createMetrics((error, { operation }) =>
    process.stderr.write(`${operation} failed: ${String(error)}\n`),
  )
  const api = { engine, authenticator: built.authenticator, observe: metrics.observer }
  const serving = { api, readiness: async () => ({ ready: true, checks: {} }), metrics, pages: null }
  return { ...(await listening(createHttpServer(() => serving))), key: created.secret }
}

/** What one decision was answered. */
export interface Sample {
  readonly body: string
  /** Flat name, value pairs, without those that node:http adds to every answer. */
  readonly headers: readonly string[]
}

/** The floor: node:http that reads the body and sends back the sample, with the fields that came with it. */
export async function serveBare({ body, headers }: Sample): Promise<Served> {
  return listening(
    createServer({ noDelay: true }, (req, res) => {
      req.on('data', () => {})
      req.on('end', () => {
        res.writeHead(200, [...headers])
        res.end(body)
      })
    }),
  )
}

async function listening(server: Server): Promise<Served> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
