/** Micro-credits as a decimal string: 1 credit is "1000000". Use BigInt, never Number. */
export type Amount = string
/** RFC 3339 with offset. */
export type Instant = string

export interface AccessRequest {
  customer: string
  /** Member, key or task that consumes. */
  subject?: string
  /** Budget scope. */
  task?: string
  feature: string
  /** Units by meter. Give either `usage` or `cost`. */
  usage?: Record<string, number>
  /** A cost decided elsewhere; needs a key with scope `price`. */
  cost?: Amount
  attributes?: Record<string, string>
  /** How long a hold waits for its capture. */
  ttlSeconds?: number
  acceptPartial?: boolean
  includedOnly?: boolean
  maxCredits?: Amount
  /** Token of an earlier ask, to draw credits once. */
  consent?: string
  /** The same answer, without effect. */
  dryRun?: boolean
}

export interface FundingLine {
  layer: 'included' | 'allowance' | 'promotion' | 'entitlement' | 'adjustment' | 'credits'
  source: string
  amount: Amount
  before: Amount
  after: Amount
  resetsAt?: Instant | null
  expiresAt?: Instant | null
}

export interface WindowView {
  id: string
  limit: Amount
  used: Amount
  remaining: Amount
  resetsAt: Instant | null
}

export interface WayOn {
  kind: string
  [member: string]: unknown
}

interface DecisionBase {
  id: string
  cost: Amount
  granted: Amount
  funding: FundingLine[]
  windows: WindowView[]
  policyVersion: number
  stateVersion: string
  explainUrl?: string
}

/** `hold` is null after consume and dry run. */
export interface Granted extends DecisionBase {
  outcome: 'allowed' | 'partial'
  hold: { id: string; expiresAt: Instant } | null
}

/** A denial is an answer, not an error: it names its reason and the ways on. */
export interface Denied extends DecisionBase {
  outcome: 'denied'
  reason: string
  retryable: boolean
  retryAt: Instant | null
  waysOn: WayOn[]
  /** Problem type, status and sentence of RFC 9457. */
  type: string
  status: number
  title?: string
  detail?: string
}

export type Decision = Granted | Denied

/** Actual use: units by meter, or a cost decided elsewhere. */
export type Actual = { usage: Record<string, number> } | { cost: Amount }

/** What a capture settled: cost = fromHold + drawnAnew + absorbed + debt; `released` went back to its sources. */
export interface Capture {
  hold: { id: string; status: string; [member: string]: unknown }
  usageEvent: string
  cost: Amount
  fromHold: Amount
  drawnAnew: Amount
  absorbed: Amount
  debt: Amount
  released: Amount
  /** Sources of what was used above the hold. */
  funding: FundingLine[]
  policyVersion: number
  stateVersion: string
}

export interface CallOptions {
  /** Your name for this one intent, at most 255 characters; made up when absent. Reuse it to ask again after a crash. */
  idempotencyKey?: string
  signal?: AbortSignal
}
