import { SpillwayProblem, SpillwayUnreachable } from './problem.ts'
import type { Transport, TransportResponse } from './transport.ts'

export interface ExchangeOptions {
  transport: Transport
  /** 1 to 20 tries of one call. */
  attempts: number
  /** Of one attempt. */
  timeoutMs: number
  /** Told before each further attempt. */
  onRetry: (attempt: number) => void
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH'
  url: string
  headers: Record<string, string>
  body: string | null
  idempotencyKey: string | null
  signal: AbortSignal | null
}

export interface Answer {
  status: number
  json: Record<string, unknown>
  header(name: string): string | null
}

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 10_000

/**
 * Sends a call until it is answered, always with the same idempotency key. Tried again: no answer, 503 and 502/504 of
 * something between, and 409 while the first try still runs. A decision is final whatever its status. Throws SpillwayUnreachable
 * when every attempt failed, SpillwayProblem for a refusal, and the signal's reason when aborted.
 */
export async function exchange(call: Call, options: ExchangeOptions): Promise<Answer> {
  let failure: unknown = null
  for (let attempt = 1; attempt <= options.attempts; attempt += 1) {
    if (attempt > 1) options.onRetry(attempt)
    call.signal?.throwIfAborted()
    let waitMs = backoffMs(attempt)
    try {
      const answer = readAnswer(await attemptOnce(call, options))
      if (isDecision(answer) || answer.status < 400) return answer
      const problem = new SpillwayProblem(answer.status, answer.json)
      if (!isTransient(problem)) throw problem
      failure = problem
      waitMs = Math.max(waitMs, retryAfterMs(answer))
    } catch (error) {
      if (error instanceof SpillwayProblem) throw error
      call.signal?.throwIfAborted()
      failure = error
    }
    if (attempt < options.attempts) await sleep(Math.min(waitMs, LONGEST_WAIT_MS), call.signal)
  }
  if (failure instanceof SpillwayProblem) throw failure
  throw new SpillwayUnreachable(call.idempotencyKey, options.attempts, failure)
}

function attemptOnce(call: Call, options: ExchangeOptions): Promise<TransportResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  return options.transport({
    method: call.method,
    url: call.url,
    headers: call.headers,
    body: call.body,
    signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
  })
}

function readAnswer(response: TransportResponse): Answer {
  let json: unknown = null
  try {
    json = JSON.parse(response.body)
  } catch {
    // A proxy's page: an error keeps its status, a success without JSON is no answer at all.
    if (response.status < 400) throw new Error(`HTTP ${response.status} without JSON`)
  }
  const members = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  return { status: response.status, json: members, header: response.header }
}

/** A dry run's answer has no id. */
const isDecision = ({ json }: Answer) => typeof json['outcome'] === 'string' && 'id' in json

const isTransient = (problem: SpillwayProblem) =>
  problem.status === 502 ||
  problem.status === 503 ||
  problem.status === 504 ||
  (problem.status === 409 && problem.code.includes('flight'))

function retryAfterMs(answer: Answer): number {
  const seconds = Number(answer.header('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0
}

/** Doubles from 100 ms; spread over the upper half, so that clients that failed together do not return together. */
function backoffMs(attempt: number): number {
  const full = FIRST_WAIT_MS * 2 ** (attempt - 1)
  const spread = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296
  return full * (0.5 + spread / 2)
}

function sleep(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
