/** The engine refused the call (RFC 9457). A denial is no problem: it is a `Decision`. */
export class SpillwayProblem extends Error {
  override readonly name = 'SpillwayProblem'
  /** URI of the problem type; `about:blank` when the answer had none. */
  readonly type: string
  readonly status: number
  readonly title: string
  /** Every member of the problem document. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(status: number, members: Record<string, unknown>) {
    const title = text(members['title']) ?? `HTTP ${status}`
    super(text(members['detail']) ?? title)
    this.type = text(members['type']) ?? 'about:blank'
    this.status = status
    this.title = title
    this.members = members
  }

  /** The last part of the type, such as `quota-exceeded`. */
  get code(): string {
    return this.type.slice(Math.max(this.type.lastIndexOf('/'), this.type.lastIndexOf('#')) + 1)
  }
}

/**
 * No answer after every attempt. Whether the call took effect is unknown until the same idempotency key is tried again:
 * the engine then answers as it did, or does it now. Never twice.
 */
export class SpillwayUnreachable extends Error {
  override readonly name = 'SpillwayUnreachable'
  readonly idempotencyKey: string | null
  readonly attempts: number

  constructor(idempotencyKey: string | null, attempts: number, cause: unknown) {
    super(`no answer after ${attempts} attempts: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.idempotencyKey = idempotencyKey
    this.attempts = attempts
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
