import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Stored {
  status: number
  body: unknown
}

/** Scripted faults: the n-th call to a path that starts so is answered with 503, or cut after it took effect. */
export interface Fault {
  readonly path: string
  readonly call: number
  readonly kind: 'busy' | 'cut'
}

/**
 * A few hundred lines less than the engine: every customer may spend `budget` included, then is denied. Answers the same
 * key the same, so that the replay's retries can be judged.
 */
export async function startFakeEngine(options: { budget: bigint; faults?: readonly Fault[]; dead?: boolean }) {
  const answers = new Map<string, Stored>()
  const customers = new Map<string, string>()
  const spent = new Map<string, bigint>()
  const holds = new Map<string, { customer: string; amount: bigint }>()
  const events = new Map<
    string,
    { id: string; usageEvent: string; cost: string; lines: unknown[]; effectiveAt: string; settledAt: string }[]
  >()
  const calls = new Map<string, number>()
  const grants: string[] = []
  let next = 0
  let inFlight = 0
  let mostInFlight = 0
  const id = (prefix: string) => `${prefix}_${String((next += 1)).padStart(32, '0')}`

  function act(path: string, body: Record<string, unknown>): Stored {
    if (path === '/customers') {
      const externalId = String(body['externalId'])
      const known = customers.get(externalId)
      if (known) return { status: 409, body: { type: '/docs/problems/customer-exists', customer: known } }
      const made = id('cus')
      customers.set(externalId, made)
      return { status: 201, body: { id: made } }
    }
    if (path.endsWith('/grants')) {
      grants.push(path)
      return { status: 201, body: { id: id('grt') } }
    }
    if (path === '/decisions') return decide(String(body['customer']), body['usage'] as Record<string, number>)
    const [, , hold = '', verb] = path.split('/')
    return settle(hold, verb ?? '', (body['usage'] ?? {}) as Record<string, number>)
  }

  function decide(customer: string, usage: Record<string, number>): Stored {
    const amount = BigInt((usage['input_tokens'] ?? 0) + (usage['output_tokens'] ?? 0))
    const used = spent.get(customer) ?? 0n
    const base = {
      id: id('dec'),
      cost: `${amount}`,
      windows: [{ id: 'five_hour', limit: '0', used: '0', remaining: `${options.budget - used}`, resetsAt: null }],
    }
    if (used + amount > options.budget) {
      return {
        status: 429,
        body: { ...base, outcome: 'denied', status: 429, reason: 'included_exhausted', funding: [], granted: '0' },
      }
    }
    spent.set(customer, used + amount)
    const hold = id('hold')
    holds.set(hold, { customer, amount })
    const funding = [{ layer: 'included', source: 'five_hour', amount: `${amount}`, before: '0', after: '0' }]
    return {
      status: 200,
      body: { ...base, outcome: 'allowed', granted: `${amount}`, funding, hold: { id: hold, expiresAt: '' } },
    }
  }

  function settle(hold: string, verb: string, usage: Record<string, number>): Stored {
    const held = holds.get(hold)
    if (!held) return { status: 410, body: { type: '/docs/problems/hold-closed', title: 'closed' } }
    holds.delete(hold)
    const used = verb === 'release' ? 0n : BigInt((usage['input_tokens'] ?? 0) + (usage['output_tokens'] ?? 0))
    spent.set(held.customer, (spent.get(held.customer) ?? 0n) - held.amount + used)
    if (verb === 'release') return { status: 200, body: { released: `${held.amount}` } }
    const atText = new Date().toISOString()
    const list = events.get(held.customer) ?? []
    const usageEvent = id('use')
    list.unshift({
      usageEvent,
      id: id('mon'),
      cost: `${used}`,
      lines: [{ kind: 'window', source: 'five_hour', amount: `${used}` }],
      effectiveAt: atText,
      settledAt: atText,
    })
    events.set(held.customer, list)
    const parts = { fromHold: `${used}`, drawnAnew: '0', absorbed: '0', debt: '0', released: `${held.amount - used}` }
    return { status: 200, body: { hold: { id: hold }, usageEvent, cost: `${used}`, ...parts, funding: [] } }
  }

  function handle(request: IncomingMessage, response: ServerResponse, text: string): void {
    const path = (request.url ?? '').replace('/api/v1', '')
    const fault = faultOf(path)
    if (options.dead) return void request.socket.destroy()
    if (fault === 'busy') return send(response, { status: 503, body: { title: 'busy' } })
    if (request.method === 'GET') {
      const [, , customer = ''] = path.split('/')
      return send(response, { status: 200, body: { items: events.get(customer) ?? [], nextCursor: null } })
    }
    const key = `${path} ${String(request.headers['idempotency-key'])}`
    const stored = answers.get(key) ?? act(path, JSON.parse(text))
    // As the real engine: a customer that was refused leaves no key behind.
    if (stored.status !== 409) answers.set(key, stored)
    if (fault === 'cut') return void request.socket.destroy()
    send(response, stored)
  }

  function faultOf(path: string): Fault['kind'] | null {
    for (const fault of options.faults ?? []) {
      if (!path.startsWith(fault.path)) continue
      const count = (calls.get(fault.path) ?? 0) + 1
      calls.set(fault.path, count)
      if (count === fault.call) return fault.kind
    }
    return null
  }

  const server = createServer((request, response) => {
    inFlight += 1
    mostInFlight = Math.max(mostInFlight, inFlight)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () =>
      setImmediate(() => {
        inFlight -= 1
        handle(request, response, Buffer.concat(chunks).toString())
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    customers,
    grants,
    openHolds: () => holds.size,
    mostInFlight: () => mostInFlight,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(response: ServerResponse, { status, body }: Stored): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
