import type { z } from 'zod'
import { isId } from '../../../core/shared/ids.ts'
import { grantCredits } from '../../../services/credit/grant.ts'
import { idempotencyOf } from '../../../services/decision/idempotency.ts'
import { problem, text } from '../answer.ts'
import { grantAnswer, grantRequest } from '../contracts/customer.ts'
import { actorOf, endpoint, mayAsk } from '../endpoint.ts'
import { notDone, unknownCustomer } from '../not-done.ts'

const DEFAULT_PRIORITY = 10

export const createGrant = endpoint<z.infer<typeof grantRequest>>({
  method: 'POST',
  path: '/customers/{id}/grants',
  operationId: 'createGrant',
  summary: 'Give a customer value; the next request can spend it',
  tag: 'customers',
  scope: 'manage',
  idempotency: 'required',
  body: { kind: 'checked', schema: grantRequest },
  query: null,
  answers: { 201: { description: 'Granted', schema: grantAnswer } },
  async run({ engine, key, params, body, idempotencyKey }) {
    const customer = params['id'] ?? ''
    if (!isId(customer, 'cus') || !mayAsk(key, customer)) return unknownCustomer()
    // a customer that could give itself value would need no product
    if (key.customer !== null)
      return problem('missing-scope', { detail: 'Only a service key may give grants.', members: { scope: 'manage' } })
    const callersKey = idempotencyKey ?? ''
    const input = {
      kind: body.kind,
      amount: BigInt(body.amount),
      priority: body.priority ?? DEFAULT_PRIORITY,
      features: body.features ?? null,
      effectiveAtMs: body.effectiveAt == null ? null : Date.parse(body.effectiveAt),
      expiresAtMs: body.expiresAt == null ? null : Date.parse(body.expiresAt),
      reason: body.reason ?? '',
    }
    const idempotency = idempotencyOf(engine, { operation: 'grants', key: callersKey, input })
    const result = await grantCredits(engine, {
      ...input,
      customer,
      actor: actorOf(key),
      source: `api:${callersKey}`,
      idempotency,
    })
    if (result.kind !== 'done') return notDone(result)
    return text(result.reply.status, result.reply.body, result.replayed ? ['Idempotency-Replayed', 'true'] : [])
  },
})
