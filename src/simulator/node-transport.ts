import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Transport } from '../client/transport.ts'

/** The client's transport for high rates: `node:http` with kept-alive sockets, about three times as fast as fetch. */
export function nodeTransport(maxSockets: number): { transport: Transport; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' })
  const transport: Transport = ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const target = new URL(url)
      const secure = target.protocol === 'https:'
      const sent = body === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) }
      const options = { method, headers: sent, signal }
      const request = secure ? httpsRequest(target, options) : httpRequest(target, { ...options, agent })
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          if (!response.complete) return reject(new Error('the answer was cut'))
          resolve({
            status: response.statusCode ?? 0,
            header: (name) => {
              const value = response.headers[name]
              return Array.isArray(value) ? (value[0] ?? null) : (value ?? null)
            },
            body: Buffer.concat(chunks).toString('utf8'),
          })
        })
      })
      request.on('error', reject)
      request.end(body ?? undefined)
    })
  return { transport, close: () => agent.destroy() }
}
