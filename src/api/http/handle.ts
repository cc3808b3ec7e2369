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
import { fieldErrors } from './field-errors.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { discardRest, readBody } from './request-body.ts'
import { routesOf } from './route.ts'
import { type JsonFlaw, jsonPointer, parseStrictJson } from './strict-json.ts'

export interface Api {
  readonly engine: Engine
  readonly authenticator: Pick<KeyAuthenticator, 'authenticate'>
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
const MEDIA_TYPES = ['application/json'] as const
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
      answer = await guarded(api, { operation, requestId }, () =>
        run(api, found, req, queryAt === -1 ? '' : url.slice(queryAt + 1)),
      )
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
  const key = endpoint.scope === null ? PUBLIC : await authenticated(api, req)
  if (key === null) return problem('unauthenticated', { headers: ['WWW-Authenticate', 'Bearer realm="spillway"'] })
  if (endpoint.scope !== null && !key.scopes.includes(endpoint.scope))
    return problem('missing-scope', { members: { scope: endpoint.scope } })

  const query = readQuery(endpoint, queryText)
  if (!query.ok) return query.answer
  const idempotency = endpoint.idempotency === 'none' ? NO_KEY : readIdempotencyKey(req.headers['idempotency-key'])
  if (!idempotency.ok) return idempotency.answer
  if (endpoint.idempotency === 'required' && idempotency.key === null) return problem('idempotency-key-missing')

  const contentType = mediaTypeOf(req)
  const body = endpoint.body === null ? NO_BODY : await checkedBody(endpoint, endpoint.body, req, contentType)
  if (body === null || !body.ok) return body === null ? null : body.answer
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
const NO_BODY = { ok: true, value: null, flaws: [] as readonly JsonFlaw[] } as const
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

async function authenticated(api: Api, req: IncomingMessage): Promise<ApiKey | null> {
  const field = req.headers.authorization
  if (field === undefined || field.length > 512 || !/^bearer /i.test(field)) return null
  const proven = await api.authenticator.authenticate(field.slice(7).trim())
  return proven.kind === 'authenticated' ? proven.key : null
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer }

function readQuery(endpoint: Endpoint, text: string): Read<unknown> {
  if (endpoint.query === null && text === '') return { ok: true, value: null }
  const given = new URLSearchParams(text)
  const members: Record<string, string> = {}
  for (const [name, value] of given) {
    if (Object.hasOwn(members, name)) return { ok: false, answer: invalid(`?${name}`, 'given twice') }
    if (name === '__proto__') return { ok: false, answer: invalid(`?${name}`, 'unknown parameter') }
    members[name] = value
  }
  const [first] = Object.keys(members)
  if (endpoint.query === null)
    return first === undefined
      ? { ok: true, value: null }
      : { ok: false, answer: invalid(`?${first}`, 'unknown parameter') }
  const parsed = endpoint.query.safeParse(members)
  if (parsed.success) return { ok: true, value: parsed.data }
  const errors = fieldErrors(parsed.error.issues).map(({ pointer, problem: what }) => ({
    pointer: `?${pointer.slice(1)}`,
    problem: what,
  }))
  return { ok: false, answer: problem('invalid-request', { errors }) }
}

type CheckedBody =
  | { readonly ok: true; readonly value: unknown; readonly flaws: readonly JsonFlaw[] }
  | { readonly ok: false; readonly answer: Answer }

async function checkedBody(
  endpoint: Endpoint,
  contract: NonNullable<Endpoint['body']>,
  req: IncomingMessage,
  contentType: string,
): Promise<CheckedBody | null> {
  const types: readonly string[] = endpoint.mediaTypes ?? MEDIA_TYPES
  const encoding = req.headers['content-encoding']
  if (!types.includes(contentType) || (encoding !== undefined && encoding !== 'identity')) {
    return refuse(
      problem('unsupported-media-type', { detail: `Send one of: ${types.join(', ')}; in UTF-8, not compressed.` }),
    )
  }
  const body = await readBody(req)
  switch (body.kind) {
    case 'aborted':
      return null
    case 'too_large':
      return refuse(problem('body-too-large'))
    case 'not_utf8':
      return refuse(problem('invalid-request', { detail: 'The body is not UTF-8.' }))
    case 'read':
      break
    default:
      return unreachable(body)
  }
  const parsed = parseStrictJson(body.text)
  if (!parsed.ok)
    return refuse(
      problem('invalid-request', {
        detail: `The body is ${parsed.problem}.`,
        errors: [{ pointer: '', problem: parsed.problem }],
      }),
    )
  const { value, flaws } = parsed
  if (contract.kind === 'entries') return { ok: true, value, flaws }
  if (flaws.length > 0) {
    const errors = flaws.slice(0, 100).map((flaw) => ({ pointer: jsonPointer(flaw.path), problem: flaw.problem }))
    return refuse(problem('invalid-request', { errors }))
  }
  if (contract.recognise?.(value)) return { ok: true, value, flaws }
  const checked = contract.schema.safeParse(value)
  if (checked.success) return { ok: true, value: checked.data, flaws }
  return refuse(problem('invalid-request', { errors: fieldErrors(checked.error.issues) }))
}

const refuse = (answer: Answer): CheckedBody => ({ ok: false, answer })

function mediaTypeOf(req: IncomingMessage): string {
  const field = req.headers['content-type'] ?? ''
  const end = field.indexOf(';')
  const type = (end === -1 ? field : field.slice(0, end)).trim().toLowerCase()
  const charset = end === -1 ? null : /charset\s*=\s*"?([\w-]+)/i.exec(field)
  return charset === null || charset[1]?.toLowerCase() === 'utf-8' ? type : `${type}; charset=${charset[1]}`
}

async function guarded(
  api: Api,
  call: { operation: string; requestId: string },
  work: () => Promise<Answer | null>,
): Promise<Answer | null> {
  try {
    return await work()
  } catch (fault) {
    const answer = answerTo(fault)
    if (answer !== null) return answer
    api.observe.fault(fault, call)
    return problem('internal-error')
  }
}

/** The answer to a fault that has one; null: nobody foresaw it. */
function answerTo(fault: unknown): Answer | null {
  if (fault instanceof StoreUnavailable) return problem('store-unavailable', { retryAfter: UNAVAILABLE_SECONDS })
  if (fault instanceof AmountOverflow) return problem('amount-overflow')
  if (fault instanceof BadCursor) return invalid('?cursor', 'not a cursor of this list')
  return null
}

const JSON_HEADERS = [
  'Content-Type',
  'application/json',
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
] as const
const PROBLEM_HEADERS = [
  'Content-Type',
  'application/problem+json',
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
] as const

function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  { path, requestId }: { path: string; requestId: string },
): void {
  const body = withInstance(answer, path)
  const headers = [
    ...(answer.status >= 400 ? PROBLEM_HEADERS : JSON_HEADERS),
    'Content-Length',
    `${Buffer.byteLength(body)}`,
    'X-Request-Id',
    requestId,
    ...answer.headers,
  ]
  const trace = req.headers['traceparent']
  if (typeof trace === 'string' && TRACE_PARENT.test(trace)) headers.push('traceparent', trace)
  if (res.destroyed) return
  res.writeHead(answer.status, headers)
  res.end(body)
  if (!req.complete) discardRest(req)
}
