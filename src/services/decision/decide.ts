import type { MicroCredits } from '../../core/shared/amount.ts'
import type { Decision } from '../../core/waterfall/decision.ts'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import type { Reply, TransactResult } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { type ConsentReading, readConsent } from './consent-token.ts'
import { Deciding } from './deciding.ts'
import { denialMemoryOf } from './denial-memory.ts'
import { refreshNow } from '../customer/refresh-now.ts'
import { rememberOwner } from './hold-owner.ts'
import { fingerprintOf } from './idempotency.ts'
import { lateAllowancesOf } from './late-allowance.ts'
import type { Answered, NotDone } from './outcome.ts'
import { type PriceProblem, priceProblem } from './price-problem.ts'
import { requestText } from './request-text.ts'
import { type Standing, standingOfDecision, standingOfReply } from './standing.ts'

export interface DecideCommand {
  /** As parsed; `consented` comes from the token. */
  readonly request: Omit<AccessRequest, 'consented'>
  readonly consent: string | null
  readonly idempotencyKey: string
}

export type DecideOutcome =
  | (Answered & { readonly standing: Standing; readonly decision: Decision | null })
  | NotDone
  | PriceProblem
  | { readonly kind: 'consent_invalid'; readonly reason: Extract<ConsentReading, { ok: false }>['reason'] }
  /** The token expired or was redeemed by another request: ask again. */
  | { readonly kind: 'consent_spent' }

/**
 * Authorizes or consumes: one request through the waterfall, stored with its answer under the caller's key.
 * An allowance that is due and would matter is given first: nobody is denied, or draws credits, because a schedule is behind.
 * `decision` is null on a replay. A request that cannot be priced gets the answer of an earlier call with its key, if any.
 */
export async function decideAccess(engine: Engine, command: DecideCommand): Promise<DecideOutcome> {
  const { consent, idempotencyKey: key } = command
  const reading = consent === null ? null : readConsent(consent, command.request, engine.secret)
  if (reading !== null && !reading.ok) return { kind: 'consent_invalid', reason: reading.reason }
  const offer = reading?.offer ?? null
  const request = consentedTo(command.request, offer?.amount ?? null)
  const { customer } = request

  const fingerprint = fingerprintOf(engine, requestText(request, offer?.nonce ?? null))
  const counted = denialMemoryOf(engine).replyTo(customer, key)
  if (counted !== null) return counted.fingerprint === fingerprint ? replayed(counted.reply) : { kind: 'key_reused' }

  const policy = engine.policies.current()
  const unpriced = priceProblem(policy, request)
  const deciding = new Deciding(engine, {
    request,
    offer,
    idempotency: { operation: 'decisions', key, fingerprint },
    policy,
    factors: engine.factors.factorsFor(request),
    atMs: engine.clock.nowMs(),
    unpriced,
  })
  let result: TransactResult | null = null
  try {
    result = await engine.customers.transact(customer, deciding)
  } finally {
    if (result?.kind !== 'done' || result.replayed) deciding.undone()
  }
  if (result.kind !== 'done') return result
  if (result.replayed) return replayed(result.reply)
  if (unpriced !== null) return unpriced
  if (deciding.awaitsSinceMs !== null) {
    deciding.undone()
    await lateAllowancesOf(engine).ask(customer, deciding.awaitsSinceMs, () => refreshNow(engine, customer))
    return decideAccess(engine, command)
  }

  const { reply } = result
  const { decision } = deciding
  deciding.done(reply)
  if (decision === null) return { kind: 'consent_spent' }
  if (decision.denial === null) engine.signals.publish({ kind: 'customer', customer, version: decision.stateVersion })
  if (decision.hold !== null) rememberOwner(engine, decision.hold.id, customer)
  return { kind: 'answered', reply, replayed: false, standing: standingOfDecision(decision), decision }
}

/** Member by member: spreading an object of ten is ten times slower than naming them. */
function consentedTo(request: DecideCommand['request'], consented: MicroCredits | null): AccessRequest {
  const { customer, subject, task, feature, price, attributes, mode, acceptPartial, includedOnly, maxCredits } = request
  return {
    customer,
    subject,
    task,
    feature,
    price,
    attributes,
    mode,
    acceptPartial,
    includedOnly,
    maxCredits,
    consented,
  }
}

function replayed(reply: Reply): DecideOutcome {
  return { kind: 'answered', reply, replayed: true, standing: standingOfReply(reply), decision: null }
}
