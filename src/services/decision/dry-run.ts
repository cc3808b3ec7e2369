import { decide } from '../../core/waterfall/decide.ts'
import type { Decision } from '../../core/waterfall/decision.ts'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import type { Engine } from '../engine.ts'
import { titlesOf } from '../access/sources.ts'
import { renderAnswer } from './answer.ts'
import { readConsent } from './consent-token.ts'
import type { DecideCommand, DecideOutcome } from './decide.ts'
import { isSpent, needsOf } from './deciding.ts'
import { priceProblem } from './price-problem.ts'
import { standingOfDecision } from './standing.ts'

const NO_IDS = { decision: '', hold: '', usageEvent: '' } as const

/** The answer that the request would get now, without any effect and without a record: its id is null. */
export async function dryRun(engine: Engine, command: Omit<DecideCommand, 'idempotencyKey'>): Promise<DecideOutcome> {
  const reading = command.consent === null ? null : readConsent(command.consent, command.request, engine.secret)
  if (reading !== null && !reading.ok) return { kind: 'consent_invalid', reason: reading.reason }
  const offer = reading?.offer ?? null
  const request: AccessRequest = { ...command.request, consented: offer?.amount ?? null }
  const policy = engine.policies.current()
  const unpriced = priceProblem(policy, request)

  const atMs = engine.clock.nowMs()
  const factors = engine.factors.factorsFor(request)
  let decided: Decision | null = null
  const result = await engine.customers.transact(request.customer, {
    idempotency: null,
    needs: needsOf(request, offer),
    plan(snapshot) {
      decided = null
      if (unpriced !== null || (offer !== null && isSpent(offer, snapshot, atMs)))
        return { kind: 'answer', reply: { status: 400, body: '{}' } }
      const outcome = decide({ snapshot, request, policy, factors, atMs, ids: NO_IDS })
      if (outcome.kind === 'needs') return outcome
      decided = { ...outcome.decision, hold: null }
      return {
        kind: 'answer',
        reply: renderAnswer(decided, { id: null, consentToken: null, titleOf: titlesOf(snapshot.state, policy) }),
      }
    },
  })
  if (result.kind !== 'done') return result
  if (unpriced !== null) return unpriced
  if (decided === null) return { kind: 'consent_spent' }
  return {
    kind: 'answered',
    reply: result.reply,
    replayed: false,
    standing: standingOfDecision(decided),
    decision: decided,
  }
}
