import { withOverride } from '../../core/policy/override.ts'
import type { LimitRequest } from '../../ports/limit-request-store.ts'
import { changeState } from '../customer/change-state.ts'
import { idempotencyOf } from '../decision/idempotency.ts'
import type { Engine } from '../engine.ts'

export type ApplyEngine = Pick<Engine, 'limitRequests' | 'customers' | 'clock' | 'ids' | 'signals' | 'hash'>

/** What an override says of itself when its approval came without words. */
const AS_ASKED = 'You asked for more'

/**
 * Puts an approval in force: its override, once, whoever tries again and wherever an earlier try broke off. The key of
 * the change is the request, so an override that was taken away later does not come back. False: the store did not take it.
 */
export async function applyApproval(engine: ApplyEngine, request: LimitRequest): Promise<boolean> {
  const { customer, target, outcome } = request
  if (outcome.state !== 'approved') return false
  if (outcome.appliedAtMs !== null) return true
  const { granted: limit, grantedUntilMs: expiresAtMs, answer, answeredBy } = outcome
  const override = { target, limit, reason: answer === '' ? AS_ASKED : answer, expiresAtMs }
  const input = { request: request.id, limit: `${limit}`, expiresAtMs }
  const atMs = engine.clock.nowMs()
  const entry = {
    customer,
    actor: { kind: 'user', id: answeredBy },
    action: 'override.set',
    target: customer,
    detail: { ...target, ...input },
    idempotency: idempotencyOf(engine, { operation: 'limit-requests', key: request.id, input }),
  } as const
  const result = await changeState(engine, entry, (state) => ({
    ...state,
    version: state.version + 1,
    atMs: Math.max(atMs, state.atMs),
    profile: { ...state.profile, overrides: withOverride(state.profile.overrides, override, atMs) },
  }))
  if (result !== 'done') return false
  await engine.limitRequests.applied(request.id, atMs)
  return true
}
