import type { IncomingMessage } from 'node:http'
import { unreachable } from '../../core/shared/assert.ts'
import { type Answer, invalid, problem } from './answer.ts'
import type { Endpoint } from './endpoint.ts'
import { fieldErrors } from './field-errors.ts'
import type { BodyReading } from './request-body.ts'
import { type JsonFlaw, jsonPointer, parseStrictJson } from './strict-json.ts'

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer }

const NO_QUERY = { ok: true, value: null } as const

/** The parameters after the question mark, by the endpoint's contract. */
export function readQuery(endpoint: Endpoint, text: string): Read<unknown> {
  if (endpoint.query === null && text === '') return NO_QUERY
  const given = new URLSearchParams(text)
  const members: Record<string, string> = {}
  for (const [name, value] of given) {
    if (Object.hasOwn(members, name)) return { ok: false, answer: invalid(`?${name}`, 'given twice') }
    if (name === '__proto__') return { ok: false, answer: invalid(`?${name}`, 'unknown parameter') }
    members[name] = value
  }
  const [first] = Object.keys(members)
  if (endpoint.query === null)
    return first === undefined ? NO_QUERY : { ok: false, answer: invalid(`?${first}`, 'unknown parameter') }
  const parsed = endpoint.query.safeParse(members)
  if (parsed.success) return { ok: true, value: parsed.data }
  const errors = fieldErrors(parsed.error.issues).map(({ pointer, problem: what }) => ({
    pointer: `?${pointer.slice(1)}`,
    problem: what,
  }))
  return { ok: false, answer: problem('invalid-request', { errors }) }
}

export type CheckedBody =
  | { readonly ok: true; readonly value: unknown; readonly flaws: readonly JsonFlaw[] }
  | { readonly ok: false; readonly answer: Answer }

const NO_FLAWS: readonly JsonFlaw[] = []
export const NO_BODY: CheckedBody = { ok: true, value: null, flaws: NO_FLAWS }
const MEDIA_TYPES: readonly string[] = ['application/json']

/** Null: a body of this type may be read. */
export function refusedType(endpoint: Endpoint, req: IncomingMessage, contentType: string): Answer | null {
  const types = endpoint.mediaTypes ?? MEDIA_TYPES
  const encoding = req.headers['content-encoding']
  if (types.includes(contentType) && (encoding === undefined || encoding === 'identity')) return null
  return problem('unsupported-media-type', { detail: `Send one of: ${types.join(', ')}; in UTF-8, not compressed.` })
}

/** What was read, as its contract wants it. */
export function checkBody(
  contract: NonNullable<Endpoint['body']>,
  body: Exclude<BodyReading, { kind: 'aborted' }>,
): CheckedBody {
  switch (body.kind) {
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

/** Lower case, without its parameters unless they name another charset. */
export function mediaTypeOf(req: IncomingMessage): string {
  const field = req.headers['content-type'] ?? ''
  if (field === 'application/json') return field
  const end = field.indexOf(';')
  const type = (end === -1 ? field : field.slice(0, end)).trim().toLowerCase()
  const charset = end === -1 ? null : /charset\s*=\s*"?([\w-]+)/i.exec(field)
  return charset === null || charset[1]?.toLowerCase() === 'utf-8' ? type : `${type}; charset=${charset[1]}`
}
