/** What can go wrong with a call, apart from a denied decision: one problem type each (RFC 9457). */
export interface ProblemType {
  readonly status: number
  readonly title: string
  /** What to do about it, when the call says nothing more exact. */
  readonly detail: string
}

const PROBLEM_TYPES = {
  'invalid-request': {
    status: 400,
    title: 'The request is malformed',
    detail: 'Correct what `errors` names and send it again.',
  },
  'idempotency-key-missing': {
    status: 400,
    title: 'An idempotency key is missing',
    detail: 'Send an `Idempotency-Key` header that names this one intent, and the same again when you retry it.',
  },
  'idempotency-key-invalid': {
    status: 400,
    title: 'The idempotency key is malformed',
    detail: 'Use 1 to 255 printable ASCII characters, for example a UUID.',
  },
  'consent-invalid': {
    status: 400,
    title: 'The consent token is not valid for this request',
    detail: 'Send the token exactly as the denial gave it, for the same customer, subject and feature.',
  },
  unauthenticated: {
    status: 401,
    title: 'The credential is missing or not valid',
    detail: 'Send `Authorization: Bearer <key>` with a key that is neither revoked nor expired.',
  },
  'consent-spent': {
    status: 402,
    title: 'The consent token is used or expired',
    detail: 'Ask for the decision again without a token; its denial carries a new one.',
  },
  'missing-scope': {
    status: 403,
    title: 'The key may not do this',
    detail: 'Use a key that has the scope which `scope` names.',
  },
  'not-found': { status: 404, title: 'There is no such thing here', detail: 'Check the id and whose it is.' },
  'unknown-path': {
    status: 404,
    title: 'There is no such path',
    detail: 'The paths are listed in /api/v1/openapi.json.',
  },
  'unknown-feature': {
    status: 404,
    title: 'The policy has no such feature',
    detail: 'Use a feature of the policy in force, see GET /api/v1/policy.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path does not take this method',
    detail: 'Use a method that `Allow` names.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    detail: 'Send the head within 5 seconds and the whole within 15.',
  },
  'request-in-flight': {
    status: 409,
    title: 'The same key is still running',
    detail: 'Wait as long as `Retry-After` says, then send it again: you get the answer of the first.',
  },
  'customer-exists': {
    status: 409,
    title: 'A customer with this external id exists',
    detail: 'Use the customer that `customer` names.',
  },
  'policy-stale': {
    status: 409,
    title: 'Another version was published meanwhile',
    detail: 'Read the version in force, make the change again on it.',
  },
  'duplicate-source': {
    status: 409,
    title: 'A grant of this source was given before',
    detail: 'Nothing more to do: the value was given once.',
  },
  'nothing-sold': {
    status: 409,
    title: 'Credits are not sold here',
    detail: 'Connect a payment processor, or name a pack of the policy in force, see GET /api/v1/policy.',
  },
  'not-refundable': {
    status: 409,
    title: 'So much cannot be refunded',
    detail: 'Refund at most what was paid and is not refunded yet.',
  },
  'hold-closed': {
    status: 410,
    title: 'The hold is closed',
    detail: 'Nothing is reserved any more. Record usage that happened nevertheless with POST /api/v1/usage-events.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', detail: 'Send at most 1 MB; split a batch.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has an unsupported type',
    detail: 'Send `Content-Type: application/json`, not compressed.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another input',
    detail: 'Use a new key for a new intent, or send the first input again.',
  },
  'amount-overflow': {
    status: 422,
    title: 'The amount is too large',
    detail: 'A cost or balance is at most 2^63 - 1 micro-credits.',
  },
  'headers-too-large': { status: 431, title: 'The header fields are too large', detail: 'Send at most 16 KB of them.' },
  'internal-error': {
    status: 500,
    title: 'Something failed on our side',
    detail: 'Send it again with the same idempotency key: it cannot happen twice.',
  },
  overloaded: {
    status: 503,
    title: 'The engine is at its limit',
    detail: 'Nothing was done. Wait as long as `Retry-After` says and send it again.',
  },
  'processor-unavailable': {
    status: 503,
    title: 'The payment processor cannot be reached',
    detail: 'Whether it happened is unknown until you send it again with the same idempotency key.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store cannot be reached',
    detail: 'Whether it happened is unknown until you send it again with the same idempotency key.',
  },
} as const satisfies Record<string, ProblemType>

export type ProblemSlug = keyof typeof PROBLEM_TYPES

/** The one map from a problem to its status and words. */
export const PROBLEMS: Readonly<Record<ProblemSlug, ProblemType>> = PROBLEM_TYPES

/** Relative to this server: the portal has a page for each. */
export const problemType = (slug: ProblemSlug): string => `/docs/problems/${slug}`
