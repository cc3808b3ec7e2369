import { unreachable } from '../../../core/shared/assert.ts'
import type { Policy } from '../../../core/policy/policy.ts'
import type { ApiKey } from '../../../ports/key-store.ts'
import { decideAccess, type DecideCommand, type DecideOutcome } from '../../../services/decision/decide.ts'
import { dryRun } from '../../../services/decision/dry-run.ts'
import type { Engine } from '../../../services/engine.ts'
import { type Answer, problem, text } from '../answer.ts'
import type { Observe } from '../endpoint.ts'
import { mayAsk } from '../endpoint.ts'
import { notDone, unknownCustomer, unpriced } from '../not-done.ts'
import { rateLimitFields, retryAfterField } from '../rate-limit-fields.ts'

export interface Asked {
  readonly engine: Engine
  readonly key: ApiKey
  readonly observe: Observe
  /** Null: a dry run. */
  readonly idempotencyKey: string | null
  readonly command: Omit<DecideCommand, 'idempotencyKey'>
  /** An answer of its own has the RateLimit fields; of one among several nobody reads more than when to try again. */
  readonly alone: boolean
}

export interface DecisionReply {
  readonly answer: Answer
  readonly replayed: boolean
}

const REPLAYED = ['Idempotency-Replayed', 'true'] as const

/** One decision, on its own or out of a batch: the same answer either way. */
export async function answerDecision({
  engine,
  key,
  observe,
  idempotencyKey,
  command,
  alone,
}: Asked): Promise<DecisionReply> {
  const { request, consent } = command
  if (!mayAsk(key, request.customer)) return { answer: unknownCustomer(), replayed: false }
  if (request.price.kind === 'cost' && !key.scopes.includes('price')) {
    const detail = 'A cost decided elsewhere needs a key with scope `price`. Send `usage`, or use such a key.'
    return { answer: problem('missing-scope', { detail, members: { scope: 'price' } }), replayed: false }
  }
  const outcome =
    idempotencyKey === null
      ? await dryRun(engine, command)
      : await decideAccess(engine, { request, consent, idempotencyKey })
  if (outcome.kind !== 'answered') return { answer: refused(outcome), replayed: false }

  const { reply, standing, decision, replayed } = outcome
  const at = {
    nowMs: engine.clock.nowMs(),
    policy: versionOf(engine, standing.policyVersion),
    key: idempotencyKey ?? request.customer,
  }
  const fields = alone ? rateLimitFields(standing, at) : retryAfterField(standing, at)
  if (idempotencyKey !== null) {
    observe.decision({
      outcome: decision?.outcome ?? 'replayed',
      layer: layerOf(decision),
      reason: decision?.denial?.reason ?? null,
      replayed,
    })
  }
  return { answer: text(reply.status, reply.body, replayed ? [...fields, ...REPLAYED] : fields), replayed }
}

function versionOf({ policies }: Engine, version: number): Policy | undefined {
  const current = policies.current()
  return current.version === version ? current : policies.get(version)
}

function layerOf(decision: { denial: { layer: string } | null; funding: readonly { layer: string }[] } | null): string {
  return decision?.denial?.layer ?? decision?.funding.at(-1)?.layer ?? 'none'
}

function refused(outcome: Exclude<DecideOutcome, { kind: 'answered' }>): Answer {
  switch (outcome.kind) {
    case 'unknown_customer':
    case 'key_reused':
    case 'in_flight':
    case 'overloaded':
      return notDone(outcome)
    case 'unknown_feature':
    case 'unknown_meter':
    case 'cost_overflow':
      return unpriced(outcome)
    case 'consent_invalid':
      return problem('consent-invalid', { members: { reason: outcome.reason } })
    case 'consent_spent':
      return problem('consent-spent')
    default:
      return unreachable(outcome)
  }
}
