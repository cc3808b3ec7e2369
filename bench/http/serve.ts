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

/** The floor: node:http that reads the body and sends back `answer`, with as many headers as the engine sends. */
export async function serveBare(answer: string): Promise<Served> {
  const length = `${Buffer.byteLength(answer)}`
  return listening(
    createServer({ noDelay: true }, (req, res) => {
      req.on('data', () => {})
      req.on('end', () => {
        res.writeHead(200, [
          'Content-Type',
          'application/json',
          'Cache-Control',
          'no-store',
          'X-Content-Type-Options',
          'nosniff',
          'Content-Length',
          length,
          'X-Request-Id',
          '0b7c2f4e-6e0f-4a52-9d5e-1f6c4a1f2b3c',
        ])
        res.end(answer)
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
