import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AmountOverflow } from '../../core/shared/amount.ts'
import { unreachable } from '../../core/shared/assert.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import type { ApiKey } from '../../ports/key-store.ts'
import { BadCursor } from '../../ports/readers.ts'
import type { Engine } from '../../services/engine.ts'
import type { KeyAuthenticator } from '../../services/key/authenticate.ts'
import type { ProblemSlug } from '../errors.ts'
import { type Answer, invalid, problem, withInstance } from './answer.ts'
import type { Endpoint, Observe } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { type CheckedBody, checkBody, mediaTypeOf, NO_BODY, readQuery, refusedType } from './read-call.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { discardRest, readBody } from './request-body.ts'
import { routesOf } from './route.ts'

export interface Api {
  readonly engine: Engine
  readonly authenticator: Pick<KeyAuthenticator, 'authenticate' | 'remembered'>
  readonly observe: ApiObserver
}

export interface ApiObserver extends Observe {
  /** After every answer. */
  answered(call: {
    readonly operation: string
    readonly status: number
    readonly problem: ProblemSlug | null
    readonly seconds: number
  }): void
  /** What nobody foresaw; the caller is told nothing of it. */
  fault(error: unknown, call: { readonly operation: string; readonly requestId: string }): void
}

/** Cannot be reached now, may be again soon. */
const UNAVAILABLE_SECONDS = 1
const BEARER = /^bearer /i
const REQUEST_ID = /^[\w.:-]{1,128}$/
const TRACE_PARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

const route = routesOf(ENDPOINTS)

/** Answers one call of `/api/v1`: route, credential, scope, body, endpoint. Never rejects. */
export async function handleApi(api: Api, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const startedAt = performance.now()
  const given = req.headers['x-request-id']
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  const url = req.url ?? '/'
  const queryAt = url.indexOf('?')
  const path = queryAt === -1 ? url : url.slice(0, queryAt)
  const found = route(req.method ?? 'GET', path)
  const operation = found.kind === 'found' ? found.endpoint.operationId : found.kind

  let answer: Answer | null
  switch (found.kind) {
    case 'found':
      try {
        answer = await run(api, found, req, queryAt === -1 ? '' : url.slice(queryAt + 1))
      } catch (fault) {
        answer = answerTo(fault)
        if (answer === null) {
          api.observe.fault(fault, { operation, requestId })
          answer = problem('internal-error')
        }
      }
      break
    case 'wrong_method':
      answer = problem('method-not-allowed', { headers: ['Allow', found.allow] })
      break
    case 'unknown':
      answer = problem('unknown-path')
      break
    default:
      return unreachable(found)
  }
  if (answer !== null) send(req, res, answer, { path, requestId })
  api.observe.answered({
    operation,
    status: answer?.status ?? 499,
    problem: answer?.problem ?? null,
    seconds: (performance.now() - startedAt) / 1000,
  })
}

interface Found {
  readonly endpoint: Endpoint
  readonly params: Readonly<Record<string, string>>
}

/** Null: the client went away. */
async function run(
  api: Api,
  { endpoint, params }: Found,
  req: IncomingMessage,
  queryText: string,
): Promise<Answer | null> {
  let key: ApiKey | null = PUBLIC
  if (endpoint.scope !== null) {
    const secret = bearerOf(req)
    const remembered = secret === null ? null : api.authenticator.remembered(secret)
    const proven = secret === null ? null : (remembered ?? (await api.authenticator.authenticate(secret)))
    key = proven?.kind === 'authenticated' ? proven.key : null
  }
  if (key === null) return problem('unauthenticated', { headers: ['WWW-Authenticate', 'Bearer realm="spillway"'] })
  if (endpoint.scope !== null && !key.scopes.includes(endpoint.scope))
    return problem('missing-scope', { members: { scope: endpoint.scope } })

  const query = readQuery(endpoint, queryText)
  if (!query.ok) return query.answer
  const idempotency = endpoint.idempotency === 'none' ? NO_KEY : readIdempotencyKey(req.headers['idempotency-key'])
  if (!idempotency.ok) return idempotency.answer
  if (endpoint.idempotency === 'required' && idempotency.key === null) return problem('idempotency-key-missing')

  const contentType = mediaTypeOf(req)
  let body: CheckedBody = NO_BODY
  if (endpoint.body !== null) {
    const refused = refusedType(endpoint, req, contentType)
    if (refused !== null) return refused
    const reading = await readBody(req)
    if (reading.kind === 'aborted') return null
    body = checkBody(endpoint.body, reading)
  }
  if (!body.ok) return body.answer
  return endpoint.run({
    engine: api.engine,
    key,
    params,
    query: query.value,
    body: body.value,
    idempotencyKey: idempotency.key,
    contentType,
    headers: req.headers,
    flaws: body.flaws,
    observe: api.observe,
    guarded: entryGuard,
  })
}

/** A fault of the store spoils the entry that met it: what the others were told stays true. */
async function entryGuard<T>(
  entry: () => Promise<T>,
): Promise<T | { readonly answer: Answer; readonly replayed: false }> {
  try {
    return await entry()
  } catch (fault) {
    const answer = answerTo(fault)
    if (answer === null) throw fault
    return { answer, replayed: false }
  }
}

const NO_KEY = { ok: true, key: null } as const
/** Stands for the credential where none is asked for; it may do nothing. */
const PUBLIC: ApiKey = {
  id: 'key_public',
  customer: null,
  name: '',
  prefix: '',
  secretHash: '',
  scopes: [],
  createdAtMs: 0,
  expiresAtMs: null,
  revokedAtMs: null,
  lastUsedAtMs: null,
}

function bearerOf(req: IncomingMessage): string | null {
  const field = req.headers.authorization
  return field === undefined || field.length > 512 || !BEARER.test(field) ? null : field.slice(7).trim()
}

/** The answer to a fault that has one; null: nobody foresaw it. */
function answerTo(fault: unknown): Answer | null {
  if (fault instanceof StoreUnavailable) return problem('store-unavailable', { retryAfter: UNAVAILABLE_SECONDS })
  if (fault instanceof AmountOverflow) return problem('amount-overflow')
  if (fault instanceof BadCursor) return invalid('?cursor', 'not a cursor of this list')
  return null
}

const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'

function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  { path, requestId }: { path: string; requestId: string },
): void {
  const { status, headers: own } = answer
  const body = withInstance(answer, path)
  const size = Buffer.byteLength(body)
  const headers = [
    'Content-Type',
    status >= 400 ? PROBLEM_TYPE : JSON_TYPE,
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
    'Content-Length',
    `${size}`,
    'X-Request-Id',
    requestId,
  ]
  for (const part of own) headers.push(part)
  const trace = req.headers['traceparent']
  if (typeof trace === 'string' && TRACE_PARENT.test(trace)) headers.push('traceparent', trace)
  if (res.destroyed) return
  res.writeHead(status, headers)
  // plain ASCII, as nearly all are, is copied without being encoded
  res.end(body, size === body.length ? 'latin1' : 'utf8')
  if (!req.complete) discardRest(req)
}
