import type { Decision } from '../../core/waterfall/decision.ts'
import type { Reply } from '../../ports/customer-state.ts'

/** What the RateLimit fields and Retry-After say about an answer. */
export interface Standing {
  readonly windows: readonly {
    readonly id: string
    readonly limit: string
    readonly remaining: string
    readonly resetsAtMs: number | null
  }[]
  readonly retryAtMs: number | null
  readonly policyVersion: number
}

export function standingOfDecision(decision: Decision): Standing {
  return {
    windows: decision.windows.map(({ id, limit, remaining, resetsAtMs }) => ({
      id,
      limit: `${limit}`,
      remaining: `${remaining}`,
      resetsAtMs,
    })),
    retryAtMs: decision.denial?.retryAtMs ?? null,
    policyVersion: decision.policyVersion,
  }
}

interface StoredAnswer {
  readonly windows: readonly { id: string; limit: string; remaining: string; resetsAt: string | null }[]
  readonly retryAt: string | null
  readonly policyVersion: number
}

/** The same, read back from a stored answer. */
export function standingOfReply(reply: Reply): Standing {
  const answer = JSON.parse(reply.body) as StoredAnswer
  const ms = (text: string | null) => (text === null ? null : Date.parse(text))
  return {
    windows: answer.windows.map(({ id, limit, remaining, resetsAt }) => ({
      id,
      limit,
      remaining,
      resetsAtMs: ms(resetsAt),
    })),
    retryAtMs: ms(answer.retryAt),
    policyVersion: answer.policyVersion,
  }
}
