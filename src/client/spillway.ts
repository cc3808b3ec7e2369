import { type Answer, exchange } from './exchange.ts'
import { fetchTransport, type Transport } from './transport.ts'
import type { AccessRequest, Actual, CallOptions, Capture, Decision, Denied, Granted } from './types.ts'

export interface SpillwayOptions {
  /** Of the engine, such as `https://access.example.com`. */
  baseUrl: string
  /** Service key, or customer key for one customer's own data. */
  key: string
  /** Tries of one call; 4 by default, at most 20. */
  attempts?: number
  /** Of one try; 10 s by default. */
  timeoutMs?: number
  transport?: Transport
  onRetry?: (attempt: number) => void
}

export interface WorkDone<T> extends CallOptions {
  value: T
  actual: Actual
}

export type RunResult<T> =
  /** `capture` is null when nothing was held (dry run). */
  | { outcome: 'done'; value: T; decision: Granted; capture: Capture | null }
  /** No work was done. */
  | { outcome: 'denied'; decision: Denied }

/**
 * Asks the engine for access. Calls are tried again with the same idempotency key, so an answer that got lost is answered
 * again and nothing is charged twice.
 *
 *     const spillway = new Spillway({ baseUrl, key })
 *     const run = await spillway.run({ customer, feature: 'codex.task', usage: upperBound }, async () => {
 *       const reply = await model.generate(prompt)
 *       return { value: reply, actual: { usage: { output_tokens: reply.tokens } } }
 *     })
 *     if (run.outcome === 'denied') return show(run.decision.waysOn)
 *
 * Throws SpillwayProblem when a call is refused as wrong, SpillwayUnreachable when no answer came.
 */
export class Spillway {
  readonly #options: Required<SpillwayOptions>

  constructor(options: SpillwayOptions) {
    const attempts = options.attempts ?? 4
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > 20) throw new RangeError('attempts must be 1 to 20')
    this.#options = {
      timeoutMs: 10_000,
      transport: fetchTransport,
      onRetry: () => {},
      ...options,
      attempts,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
    }
  }

  /** Reserves an estimate; the answer's hold waits for capture or release. */
  authorize(request: AccessRequest, options: CallOptions = {}): Promise<Decision> {
    return this.#decide({ ...request, mode: 'authorize' }, options)
  }

  /** Takes at once, for work whose use is known beforehand. */
  consume(request: AccessRequest, options: CallOptions = {}): Promise<Decision> {
    return this.#decide({ ...request, mode: 'consume' }, options)
  }

  /** Settles a hold at what was used. With `final: false` the hold stays open for more. */
  async capture(hold: string, actual: Actual & { final?: boolean }, options: CallOptions = {}): Promise<Capture> {
    return (await this.#post(`/holds/${encodeURIComponent(hold)}/capture`, actual, options)).json as unknown as Capture
  }

  /** Gives everything of a hold back. */
  async release(hold: string, options: CallOptions = {}): Promise<void> {
    await this.#post(`/holds/${encodeURIComponent(hold)}/release`, {}, options)
  }

  /** Keeps a hold of long work alive. */
  async extend(hold: string, ttlSeconds: number, options: CallOptions = {}): Promise<void> {
    await this.#post(`/holds/${encodeURIComponent(hold)}/extend`, { ttlSeconds }, options)
  }

  /** Running usage of a stream: settles the hold if this process dies. */
  async report(hold: string, actual: Actual, options: CallOptions = {}): Promise<void> {
    await this.#post(`/holds/${encodeURIComponent(hold)}/report`, actual, options)
  }

  /** Windows, grants, balance and consent of a customer. */
  async access(customer: string): Promise<Record<string, unknown>> {
    return (await this.call('GET', `/customers/${encodeURIComponent(customer)}/access`)).json
  }

  /**
   * Authorize, work, capture. When the work throws, its hold is released and the error thrown on; when the release fails too,
   * the hold expires by itself. A capture that finds no answer throws SpillwayUnreachable: repeat it with its key.
   */
  async run<T>(
    request: AccessRequest,
    work: (granted: Granted) => Promise<WorkDone<T>>,
    options: CallOptions = {},
  ): Promise<RunResult<T>> {
    const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID()
    const decision = await this.authorize(request, { ...options, idempotencyKey })
    if (decision.outcome === 'denied') return { outcome: 'denied', decision }
    const hold = decision.hold?.id
    let done: WorkDone<T>
    try {
      done = await work(decision)
    } catch (error) {
      if (hold) await this.release(hold, { idempotencyKey: `${idempotencyKey}:release` }).catch(() => {})
      throw error
    }
    const captureKey = done.idempotencyKey ?? `${idempotencyKey}:capture`
    const capture = hold ? await this.capture(hold, done.actual, { idempotencyKey: captureKey }) : null
    return { outcome: 'done', value: done.value, decision, capture }
  }

  /** Any call of `/api/v1` with the same retries; POST gets an idempotency key. */
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    const idempotencyKey = method === 'GET' ? null : (options.idempotencyKey ?? crypto.randomUUID())
    const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${this.#options.key}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (idempotencyKey !== null) headers['idempotency-key'] = idempotencyKey
    return exchange(
      {
        method,
        url: `${this.#options.baseUrl}/api/v1${path}`,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        idempotencyKey,
        signal: options.signal ?? null,
      },
      this.#options,
    )
  }

  #post(path: string, body: unknown, options: CallOptions): Promise<Answer> {
    return this.call('POST', path, body, options)
  }

  async #decide(body: AccessRequest & { mode: 'authorize' | 'consume' }, options: CallOptions): Promise<Decision> {
    const answer = await this.#post('/decisions', body, options)
    return answer.json as unknown as Decision
  }
}
