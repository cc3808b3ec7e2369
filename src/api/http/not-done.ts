import { unreachable } from '../../core/shared/assert.ts'
import type { NotDone } from '../../services/decision/outcome.ts'
import type { PriceProblem } from '../../services/decision/price-problem.ts'
import { type Answer, problem } from './answer.ts'

/** Seconds after which a call that is still running is worth asking about again. */
const IN_FLIGHT_SECONDS = 1

/** What a call that was not carried out is told. */
export function notDone(outcome: NotDone): Answer {
  switch (outcome.kind) {
    case 'unknown_customer':
      return unknownCustomer()
    case 'key_reused':
      return problem('idempotency-key-reused')
    case 'in_flight':
      return problem('request-in-flight', { retryAfter: IN_FLIGHT_SECONDS })
    case 'overloaded':
      return problem('overloaded', { retryAfter: Math.max(1, Math.ceil(outcome.retryAfterMs / 1000)) })
    default:
      return unreachable(outcome)
  }
}

/** The same for a customer that is missing and for one that the key may not ask about. */
export const unknownCustomer = (): Answer =>
  problem('not-found', { detail: 'There is no such customer. Check the id and whose it is.' })

export const unknownHold = (): Answer =>
  problem('not-found', { detail: 'There is no such hold. Check the id and whose it is.' })

export function unpriced(outcome: PriceProblem): Answer {
  switch (outcome.kind) {
    case 'unknown_feature':
      return problem('unknown-feature', {
        detail: `There is no feature "${outcome.feature}" in the policy. GET /api/v1/policy lists them.`,
      })
    case 'unknown_meter':
      return problem('invalid-request', {
        detail: `Feature "${outcome.feature}" does not count "${outcome.meter}". GET /api/v1/policy lists its meters.`,
        errors: [
          {
            pointer: `/usage/${outcome.meter.replaceAll('~', '~0').replaceAll('/', '~1')}`,
            problem: 'not a meter of this feature',
          },
        ],
      })
    case 'cost_overflow':
      return problem('amount-overflow', { detail: 'The cost is above 2^63 - 1 micro-credits. Ask for less usage.' })
    default:
      return unreachable(outcome)
  }
}
