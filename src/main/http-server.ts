import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { problem, withInstance } from '../api/http/answer.ts'
import { type Api, handleApi } from '../api/http/handle.ts'
import { ADDRESS_HEADER } from '../auth/session.ts'
import { PREFIX } from '../api/http/route.ts'
import { handleStripeWebhook, STRIPE_WEBHOOK } from '../api/http/webhooks.ts'
import type { ProblemSlug } from '../api/errors.ts'
import type { MetricsAccess } from './config.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './readiness.ts'

/** What answers once the start is over; null before. */
export interface Serving {
  readonly api: Api
  readonly readiness: () => Promise<Readiness>
  readonly metrics: Metrics
  /** Pages; null: this process has none. */
  readonly pages: ((req: IncomingMessage, res: ServerResponse) => Promise<void>) | null
}

export interface TimeLimits {
  /** A head must be there within this time, a request whole within the next: a slow sender cannot hold a connection. */
  readonly headMs: number
  readonly requestMs: number
  readonly checkMs: number
}

export interface ServerOptions {
  readonly limits?: TimeLimits
  readonly proxies?: number
  readonly metrics?: MetricsAccess
}

const TIME_LIMITS: TimeLimits = { headMs: 5_000, requestMs: 15_000, checkMs: 1_000 }
/** Above what usual load balancers keep a connection idle for, so that they close it first. */
const KEEP_ALIVE_MS = 65_000
const HEAD_BYTES = 16_384
const STARTING_SECONDS = 1

/** One server: `/api/v1` on raw node:http, health and metrics, everything else to the pages. */
export function createHttpServer(
  serving: () => Serving | null,
  { limits = TIME_LIMITS, proxies = 0, metrics = 'open' }: ServerOptions = {},
): Server {
  const server = createServer(
    {
      maxHeaderSize: HEAD_BYTES,
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    (req, res) => answer(serving(), req, res, { proxies, metrics }),
  )
  server.on('clientError', refuse)
  return server
}

/** Where a request came from: the connection's other end, or what the outermost trusted proxy saw there. */
export function addressOf(
  req: {
    readonly headers: IncomingMessage['headers']
    readonly socket: { readonly remoteAddress?: string | undefined }
  },
  proxies: number,
): string {
  const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const seen = proxies === 0 ? undefined : forwarded.at(-proxies)?.trim()
  return (seen || req.socket.remoteAddress || 'unknown').slice(0, 64)
}

function answer(
  serving: Serving | null,
  req: IncomingMessage,
  res: ServerResponse,
  { proxies, metrics }: Required<Pick<ServerOptions, 'proxies' | 'metrics'>>,
): void {
  const url = req.url ?? '/'
  if (url.startsWith(`${PREFIX}/`) || url === PREFIX) {
    if (serving !== null) void handleApi(serving.api, req, res)
    else
      sendProblem(res, 'overloaded', url, {
        detail: 'The engine is starting. Send it again in a moment.',
        retryAfter: STARTING_SECONDS,
      })
  } else if (url === '/livez') sendJson(res, 200, { status: 'ok' })
  else if (url === '/readyz') void sendReadiness(serving, res)
  else if (serving === null) sendText(res, 503, 'Spillway is starting.\n', ['Retry-After', `${STARTING_SECONDS}`])
  else if (url === STRIPE_WEBHOOK) void handleStripeWebhook(serving.api, req, res)
  else if (url === '/metrics') void sendMetrics(serving.metrics, metrics, req, res)
  else if (serving.pages === null) sendProblem(res, 'unknown-path', url)
  else {
    // pages bound attempts by it; written over whatever the client claims in this header
    req.headers[ADDRESS_HEADER] = addressOf(req, proxies)
    void sendPage(serving, req, res)
  }
}

async function sendReadiness(serving: Serving | null, res: ServerResponse): Promise<void> {
  const readiness: Readiness =
    serving === null ? { ready: false, checks: { start: 'under way' } } : await serving.readiness()
  sendJson(res, readiness.ready ? 200 : 503, {
    status: readiness.ready ? 'ready' : 'not ready',
    checks: readiness.checks,
  })
}

/**
 * Closed, it is not there at all. No exception for this machine's own address: behind a proxy on it, everybody has that.
 */
async function sendMetrics(
  { registry }: Metrics,
  access: MetricsAccess,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (access === 'closed') return sendProblem(res, 'unknown-path', '/metrics')
  if (access !== 'open' && !isSame(req.headers.authorization ?? '', `Bearer ${access.token}`))
    return sendText(res, 401, 'Send the token of the metrics as Authorization: Bearer.\n', [
      'WWW-Authenticate',
      'Bearer realm="metrics"',
    ])
  sendText(res, 200, await registry.metrics(), [], registry.contentType)
}

/** In a time that says nothing of where they differ, or of their lengths. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digestOf(given), digestOf(expected))
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

async function sendPage({ pages, api }: Serving, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    await pages?.(req, res)
  } catch (fault) {
    api.observe.fault(fault, { operation: 'page', requestId: '' })
    if (!res.headersSent) sendText(res, 500, 'Something failed on our side.\n')
    else res.destroy()
  }
}

const PLAIN = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'] as const

function sendText(
  res: ServerResponse,
  status: number,
  body: string,
  headers: readonly string[] = [],
  type = 'text/plain; charset=utf-8',
): void {
  res
    .writeHead(status, ['Content-Type', type, 'Content-Length', `${Buffer.byteLength(body)}`, ...PLAIN, ...headers])
    .end(body)
}

const sendJson = (res: ServerResponse, status: number, body: unknown): void =>
  sendText(res, status, JSON.stringify(body), [], 'application/json')

function sendProblem(
  res: ServerResponse,
  slug: ProblemSlug,
  url: string,
  more: Parameters<typeof problem>[1] = {},
): void {
  const made = problem(slug, more)
  sendText(res, made.status, withInstance(made, url.split('?')[0] ?? url), made.headers, 'application/problem+json')
}

/** What could not be read as HTTP, or not in time, is told so as far as the connection still allows. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const slug =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers-too-large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request-timeout'
        : 'invalid-request'
  const made = problem(
    slug,
    slug === 'invalid-request' ? { detail: 'This is not HTTP/1.1 as this server reads it.' } : {},
  )
  const body = withInstance(made, 'about:blank')
  const head = [
    `HTTP/1.1 ${made.status} ${STATUS_TEXT[slug]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    '',
  ]
  socket.end(head.join('\r\n') + body)
}

const STATUS_TEXT = {
  'headers-too-large': 'Request Header Fields Too Large',
  'request-timeout': 'Request Timeout',
  'invalid-request': 'Bad Request',
} as const
