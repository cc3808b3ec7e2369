import { z } from 'zod'
import { type AccessView, accessView } from '../../../services/access/overview.ts'
import { instant, instantOrNull } from '../../../services/decision/answer.ts'
import { holdMember } from '../../../services/decision/hold-member.ts'
import { isId } from '../../../core/shared/ids.ts'
import { json } from '../answer.ts'
import { hold } from '../contracts/hold.ts'
import { amount } from '../contracts/values.ts'
import { endpoint, mayAsk } from '../endpoint.ts'
import { unknownCustomer } from '../not-done.ts'

const when = z.iso.datetime()
const balance = z
  .strictObject({ available: amount, held: amount, pending: amount, expiring: amount })
  .meta({ id: 'Balance', description: '`expiring` is the part of `available` that ends within seven days.' })

const access = z
  .strictObject({
    customer: z.string(),
    asOf: when,
    status: z.enum(['active', 'suspended', 'closed']),
    tier: z.strictObject({ id: z.string(), title: z.string() }),
    timeZone: z.string(),
    consent: z.enum(['off', 'ask', 'on']),
    windows: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        kind: z.string(),
        limit: amount,
        used: amount,
        remaining: amount,
        startedAt: when.nullable(),
        resetsAt: when.nullable(),
      }),
    ),
    guards: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        scope: z.string(),
        features: z.array(z.string()).nullable(),
        limit: z.int(),
        perMs: z.int().nullable(),
      }),
    ),
    grants: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        priority: z.int(),
        amount,
        available: amount,
        held: amount,
        pending: amount,
        standing: z.string(),
        features: z.array(z.string()).nullable(),
        effectiveAt: when,
        expiresAt: when.nullable(),
        source: z.string(),
      }),
    ),
    balance,
    credits: balance,
    debt: amount,
    openHolds: z.array(hold),
    openHoldsTotal: z.int(),
    factors: z.strictObject({ load: z.int(), behaviour: z.int() }),
    policyVersion: z.int(),
    stateVersion: z.string(),
  })
  .meta({ id: 'Access' })

export const readAccess = endpoint({
  method: 'GET',
  path: '/customers/{id}/access',
  operationId: 'getAccess',
  summary: 'What a customer may still do: windows, guards, grants, balance, consent',
  tag: 'customers',
  scope: 'read',
  idempotency: 'none',
  body: null,
  query: null,
  answers: { 200: { description: 'Read at one state version', schema: access } },
  async run({ engine, key, params }) {
    const id = params['id'] ?? ''
    const view = isId(id, 'cus') && mayAsk(key, id) ? await accessView(engine, id) : null
    return view === null ? unknownCustomer() : json(200, bodyOf(view))
  },
})

function bodyOf(view: AccessView) {
  return {
    customer: view.customer.id,
    asOf: instant(view.asOfMs),
    status: view.status,
    tier: view.tier,
    timeZone: view.timeZone,
    consent: view.consent,
    windows: view.windows.map((one) => ({
      id: one.id,
      title: one.title,
      kind: one.kind,
      limit: `${one.limit}`,
      used: `${one.used}`,
      remaining: `${one.remaining}`,
      startedAt: instantOrNull(one.startMs),
      resetsAt: instantOrNull(one.resetsAtMs),
    })),
    guards: view.guards.map(({ id, kind, scope, features, limit, perMs }) => ({
      id,
      kind,
      scope,
      features,
      limit,
      perMs,
    })),
    grants: view.grants.map((grant) => ({
      id: grant.id,
      kind: grant.kind,
      priority: grant.priority,
      amount: `${grant.amount}`,
      available: `${grant.available}`,
      held: `${grant.held}`,
      pending: `${grant.pending}`,
      standing: grant.standing,
      features: grant.features,
      effectiveAt: instant(grant.effectiveAtMs),
      expiresAt: instantOrNull(grant.expiresAtMs),
      source: grant.source,
    })),
    balance: balanceMember(view.balance),
    credits: balanceMember(view.credits),
    debt: `${view.debt}`,
    openHolds: view.openHolds.map(holdMember),
    openHoldsTotal: view.openHoldsTotal,
    factors: { load: view.factors.load, behaviour: view.factors.behaviour },
    policyVersion: view.policyVersion,
    stateVersion: `${view.stateVersion}`,
  }
}

const balanceMember = ({ available, held, pending, expiring }: AccessView['balance']) => ({
  available: `${available}`,
  held: `${held}`,
  pending: `${pending}`,
  expiring: `${expiring}`,
})
