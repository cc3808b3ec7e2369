import { connect, type Socket } from 'node:net'
import type { CustomerId } from '../../src/core/shared/ids.ts'
import { pickerOf } from '../load.ts'
import { type Measured, measure, type Times } from '../measure.ts'

/** What the bench orders from this process. */
export interface LoadOrder extends Times {
  readonly port: number
  readonly path: string
  readonly key: string
  readonly connections: number
  /** Decisions in one request; 0: a single decision, whose key is in the header. */
  readonly entries: number
  readonly customers: readonly CustomerId[]
}

/** What it says while it carries an order out; `began`: counting begins. */
export type LoadSaid = 'began' | { readonly measured: Measured } | { readonly error: string }

const say = (said: LoadSaid): void => void process.send?.(said)

const HEAD_END = Buffer.from('\r\n\r\n')
const USAGE = '"feature":"codex.task","usage":{"input_tokens":4808,"output_tokens":10},"attributes":{"model":"large"}'
let serial = 0

/** One keep-alive connection that is asked one thing at a time; as little work as possible beside the engine. */
class Line {
  private readonly socket: Socket
  private read: Buffer = Buffer.alloc(0)
  private settle: { resolve(status: number): void; reject(error: Error): void } | null = null

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.on('data', (chunk) => this.take(chunk))
    this.socket.on('error', (error) => this.settle?.reject(error))
    this.socket.on('close', () => this.settle?.reject(new Error('the connection was closed')))
  }

  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
      this.socket.write(request, 'latin1')
    })
  }

  end(): void {
    this.settle = null
    this.socket.destroy()
  }

  private take(chunk: Buffer): void {
    this.read = this.read.length === 0 ? chunk : Buffer.concat([this.read, chunk])
    const headEnd = this.read.indexOf(HEAD_END)
    if (headEnd === -1) return
    const head = this.read.toString('latin1', 0, headEnd)
    const length = /content-length: (\d+)/i.exec(head)?.[1]
    if (length === undefined) throw new Error(`an answer without a length: ${head}`)
    if (this.read.length < headEnd + 4 + Number(length)) return
    this.read = Buffer.alloc(0)
    this.settle?.resolve(Number(head.slice(9, 12)))
  }
}

function requestOf({ path, key, entries }: LoadOrder, pick: () => CustomerId): string {
  const name = (): string => `http-${process.pid}-${serial++}-9c1f4b7a`
  const [own, body] =
    entries === 0
      ? [`Idempotency-Key: ${name()}\r\n`, `{"customer":"${pick()}",${USAGE}}`]
      : [
          '',
          `{"entries":[${Array.from({ length: entries }, () => `{"idempotencyKey":"${name()}","customer":"${pick()}",${USAGE}}`).join(',')}]}`,
        ]
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${own}Content-Length: ${body.length}\r\n\r\n${body}`
}

async function run(order: LoadOrder): Promise<Measured> {
  const { connections, entries, customers, port } = order
  const next = pickerOf('uniform', customers.length, connections)
  const pick = (): CustomerId => customers[next()] as CustomerId
  const free = Array.from({ length: connections }, () => new Line(port))
  const lines = [...free]
  try {
    return await measure(
      async () => {
        const line = free.pop() as Line
        const status = await line.ask(requestOf(order, pick))
        if (status !== 200) throw new Error(`the bench measures the admitted path, and was answered ${status}`)
        free.push(line)
        return Math.max(1, entries)
      },
      { concurrency: connections, warmMs: order.warmMs, runMs: order.runMs },
      { began: () => say('began') },
    )
  } finally {
    for (const line of lines) line.end()
  }
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (measured) => say({ measured }),
    (error: unknown) => say({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
