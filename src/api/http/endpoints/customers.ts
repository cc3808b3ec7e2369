import type { z } from 'zod'
import { isId } from '../../../core/shared/ids.ts'
import { createCustomer as create } from '../../../services/customer/create.ts'
import { type CustomerChange, updateCustomer as update } from '../../../services/customer/update.ts'
import { invalid, problem, text } from '../answer.ts'
import { createRequest, customerAnswer, updateRequest } from '../contracts/customer.ts'
import { actorOf, endpoint, mayAsk } from '../endpoint.ts'
import { notDone, unknownCustomer } from '../not-done.ts'

const unknownTier = () => invalid('/tier', 'the policy has no such tier')

export const createCustomer = endpoint<z.infer<typeof createRequest>>({
  method: 'POST',
  path: '/customers',
  operationId: 'createCustomer',
  summary: 'Provision a customer; the idempotency key or `externalId` keeps it from happening twice',
  tag: 'customers',
  scope: 'manage',
  idempotency: 'optional',
  body: { kind: 'checked', schema: createRequest },
  query: null,
  answers: {
    201: { description: 'Created', schema: customerAnswer },
    409: { description: 'The external id is taken', schema: null },
  },
  async run({ engine, key, body, idempotencyKey }) {
    if (key.customer !== null)
      return problem('missing-scope', {
        detail: 'Only a service key may provision customers.',
        members: { scope: 'manage' },
      })
    const { externalId, name, kind, tier, timeZone, consent } = body
    const input = {
      externalId: externalId ?? null,
      name,
      kind,
      tier,
      timeZone: timeZone ?? 'UTC',
      consent: consent ?? 'off',
      actor: actorOf(key),
      idempotencyKey,
    } as const
    const outcome = await create(engine, input)
    switch (outcome.kind) {
      case 'created':
        return text(201, outcome.body, [
          'Location',
          `/api/v1/customers/${outcome.customer}/access`,
          ...(outcome.replayed ? ['Idempotency-Replayed', 'true'] : []),
        ])
      case 'taken':
        return problem('customer-exists', { members: { customer: outcome.customer } })
      case 'key_reused':
        return notDone(outcome)
      case 'unknown_tier':
        return unknownTier()
    }
  },
})

export const updateCustomer = endpoint<z.infer<typeof updateRequest>>({
  method: 'PATCH',
  path: '/customers/{id}',
  operationId: 'updateCustomer',
  summary: 'Change name, tier, zone, consent, status, caps or overrides; what is left out stays',
  tag: 'customers',
  scope: 'manage',
  idempotency: 'optional',
  body: { kind: 'checked', schema: updateRequest },
  query: null,
  answers: { 200: { description: 'Changed', schema: customerAnswer } },
  async run({ engine, key, params, body, idempotencyKey }) {
    const customer = params['id'] ?? ''
    if (!isId(customer, 'cus') || !mayAsk(key, customer)) return unknownCustomer()
    const { reason, ...change } = body
    const outcome = await update(engine, {
      customer,
      change: changeOf(change),
      reason: reason ?? null,
      actor: actorOf(key),
      idempotencyKey,
    })
    if (outcome.kind === 'answered')
      return text(outcome.reply.status, outcome.reply.body, outcome.replayed ? ['Idempotency-Replayed', 'true'] : [])
    return outcome.kind === 'unknown_tier' ? unknownTier() : notDone(outcome)
  },
})

function changeOf({
  name,
  tier,
  timeZone,
  consent,
  status,
  caps,
  overrides,
}: Omit<z.infer<typeof updateRequest>, 'reason'>): CustomerChange {
  return {
    ...(name === undefined ? {} : { name }),
    ...(tier === undefined ? {} : { tier }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(consent === undefined ? {} : { consent }),
    ...(status === undefined ? {} : { status }),
    ...(caps === undefined
      ? {}
      : { caps: caps.map((cap) => ({ ...cap, subject: cap.subject ?? null, limit: BigInt(cap.limit) })) }),
    ...(overrides === undefined
      ? {}
      : {
          overrides: overrides.map(({ target, limit, reason, expiresAt }) => ({
            target,
            limit: BigInt(limit),
            reason,
            expiresAtMs: expiresAt == null ? null : Date.parse(expiresAt),
          })),
        }),
  }
}
