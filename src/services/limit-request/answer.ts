import type { LimitRequestId, UserId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import type { LimitAnswer, LimitRequest } from '../../ports/limit-request-store.ts'
import type { Engine } from '../engine.ts'
import { applyApproval, type ApplyEngine } from './apply.ts'
import { limitOfTarget } from './limit-of-target.ts'

export type AnswerEngine = ApplyEngine & Pick<Engine, 'readers' | 'policies'>

export interface AnswerInput {
  readonly id: LimitRequestId
  /** Somebody on staff. */
  readonly by: UserId
  readonly answer:
    | {
        readonly kind: 'approve'
        readonly granted: bigint
        /** Null: until it is changed. */
        readonly untilMs: number | null
        readonly words: string
      }
    | { readonly kind: 'decline'; readonly words: string }
}

export type AnswerOutcome =
  | 'declined'
  /** In force from the next request on. */
  | 'approved'
  /** The answer stands; its override comes by itself within seconds. */
  | 'approved_later'
  | 'unknown'
  /** Somebody answered before. */
  | 'answered'
  /** The customer's tier has no such limit any more. */
  | 'gone'
  /** It grants no more than what is in force. */
  | 'not_more'
  | 'over_before_it_begins'
  | 'too_many'

/** A customer has no more overrides. */
export const OVERRIDES = 50

/** Answers a customer's request, once, with its audit entry; an approval is put in force through an override. */
export async function answerLimitRequest(engine: AnswerEngine, input: AnswerInput): Promise<AnswerOutcome> {
  const { id, by, answer } = input
  const request = await engine.limitRequests.byId(id)
  if (request === null) return 'unknown'
  if (request.outcome.state !== 'open') return 'answered'
  const atMs = engine.clock.nowMs()
  if (answer.kind === 'approve') {
    const refusal = await whyNot(engine, request, answer)
    if (refusal !== null) return refusal
  }
  const said = { answer: answer.words, answeredBy: by, answeredAtMs: atMs }
  const outcome: Exclude<LimitAnswer, { state: 'open' }> =
    answer.kind === 'decline'
      ? { state: 'declined', ...said }
      : { state: 'approved', granted: answer.granted, grantedUntilMs: answer.untilMs, ...said, appliedAtMs: null }
  const first = await engine.limitRequests.answer(id, outcome, {
    id: engine.ids.next('aud', atMs),
    actor: { kind: 'user', id: by },
    action: answer.kind === 'approve' ? 'limit.approve' : 'limit.decline',
    target: id,
    customer: request.customer,
    reason: answer.words === '' ? null : answer.words,
    detail: {
      ...request.target,
      asked: `${request.asked}`,
      ...(answer.kind === 'approve' && { granted: `${answer.granted}`, untilMs: answer.untilMs }),
    },
    atMs,
  })
  if (!first) return 'answered'
  if (answer.kind === 'decline') return 'declined'
  try {
    return (await applyApproval(engine, { ...request, outcome })) ? 'approved' : 'approved_later'
  } catch (fault) {
    if (!(fault instanceof StoreUnavailable)) throw fault
    return 'approved_later'
  }
}

async function whyNot(
  engine: AnswerEngine,
  { customer, target }: LimitRequest,
  { granted, untilMs }: Extract<AnswerInput['answer'], { kind: 'approve' }>,
): Promise<'gone' | 'not_more' | 'over_before_it_begins' | 'too_many' | null> {
  const atMs = engine.clock.nowMs()
  if (untilMs !== null && untilMs <= atMs) return 'over_before_it_begins'
  const seen = await engine.readers.customer(customer)
  const tier = seen === null ? undefined : engine.policies.current().tiers.get(seen.state.profile.tier)
  if (seen === null || tier === undefined) return 'gone'
  const now = limitOfTarget(tier, seen.state, target, atMs)
  if (now === null) return 'gone'
  if (granted <= now.limit) return 'not_more'
  return seen.state.profile.overrides.length >= OVERRIDES ? 'too_many' : null
}
