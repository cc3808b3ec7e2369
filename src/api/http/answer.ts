import { type ProblemSlug, PROBLEMS, problemType } from '../errors.ts'

/** What an endpoint hands back: JSON text, and header fields as flat name, value pairs. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: readonly string[]
  /** For the metrics: what went wrong, null when nothing did. */
  readonly problem: ProblemSlug | null
}

const NO_HEADERS: readonly string[] = []

export const json = (status: number, body: unknown, headers = NO_HEADERS): Answer => ({
  status,
  body: JSON.stringify(body),
  headers,
  problem: null,
})

export const text = (status: number, body: string, headers = NO_HEADERS): Answer => ({
  status,
  body,
  headers,
  problem: null,
})

export interface FieldError {
  /** RFC 6901 pointer into the body; or `?name` of a query parameter. */
  readonly pointer: string
  readonly problem: string
}

export interface ProblemMore {
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  /** Seconds, when waiting helps. */
  readonly retryAfter?: number
  readonly headers?: readonly string[]
  readonly members?: Readonly<Record<string, unknown>>
}

/** A problem as an answer; `instance` is added when it is sent. */
export function problem(slug: ProblemSlug, more: ProblemMore = {}): Answer {
  const { status, title, detail } = PROBLEMS[slug]
  const body = {
    type: problemType(slug),
    title,
    status,
    detail: more.detail ?? detail,
    ...more.members,
    ...(more.errors ? { errors: more.errors } : {}),
  }
  const retry = more.retryAfter === undefined ? [] : ['Retry-After', `${more.retryAfter}`]
  return { status, body: JSON.stringify(body), headers: [...retry, ...(more.headers ?? [])], problem: slug }
}

export const invalid = (pointer: string, what: string): Answer =>
  problem('invalid-request', { errors: [{ pointer, problem: what }] })

/**
 * The body, with the path that a problem happened on. A denial names its decision instead, and keeps it. Quotes inside a
 * string are escaped, so that no text of a caller looks like the member.
 */
export function withInstance({ status, body }: Answer, path: string): string {
  if (status < 400 || body.includes('"instance":')) return body
  return `${body.slice(0, -1)},"instance":${JSON.stringify(path)}}`
}
