import { z } from 'zod'
import { LAYERS } from '../../../core/policy/document.ts'
import type { AccessRequest } from '../../../core/waterfall/request.ts'
import { onePrice, priceMembers, priceOfMembers } from './price.ts'
import { amount, attributes, customerId, name, positiveAmount, subjectId, ttlSeconds } from './values.ts'

const members = {
  customer: customerId,
  subject: subjectId.nullish(),
  task: subjectId.nullish().meta({ description: 'Budget scope of a longer piece of work.' }),
  feature: name,
  ...priceMembers,
  attributes: attributes.optional(),
  mode: z
    .enum(['consume', 'authorize'])
    .optional()
    .meta({ description: '`authorize` places a hold, `consume` (the default) takes at once.' }),
  ttlSeconds: ttlSeconds.nullish().meta({ description: 'How long the hold lasts; only with `authorize`.' }),
  acceptPartial: z.boolean().optional().meta({ description: 'Take what there is, when it is less than asked.' }),
  minimum: positiveAmount.nullish().meta({ description: 'Least part that is of use; only with `acceptPartial`.' }),
  includedOnly: z.boolean().optional().meta({ description: 'Never draw bought credits.' }),
  maxCredits: amount.nullish().meta({ description: 'Most bought credits this request may draw.' }),
  consent: z
    .string()
    .min(1)
    .max(1_024)
    .nullish()
    .meta({ description: 'Token of the `consent` way on of an earlier denial.' }),
}

const onlyTogether = (
  payload: z.core.ParsePayload<Pick<DecisionMembers, 'mode' | 'ttlSeconds' | 'acceptPartial' | 'minimum'>>,
): void => {
  const { value, issues } = payload
  if (value.ttlSeconds != null && value.mode !== 'authorize')
    issues.push({ code: 'custom', path: ['ttlSeconds'], message: 'only with "mode": "authorize"', input: value })
  if (value.minimum != null && value.acceptPartial !== true)
    issues.push({ code: 'custom', path: ['minimum'], message: 'only with "acceptPartial": true', input: value })
}

export const decisionRequest = z
  .strictObject({
    ...members,
    dryRun: z.boolean().optional().meta({ description: 'The same answer, without any effect.' }),
  })
  .check(onePrice('something'), onlyTogether)
  .meta({ id: 'DecisionRequest' })

export const batchEntry = z
  .strictObject({
    ...members,
    idempotencyKey: z.string().regex(/^[\x20-\x7e]{1,255}$/, '1 to 255 printable ASCII characters'),
  })
  .check(onePrice('something'), onlyTogether)
  .meta({ id: 'DecisionEntry' })

type DecisionMembers = z.infer<z.ZodObject<typeof members>>
export type DecisionRequestBody = z.infer<typeof decisionRequest>
export type BatchEntryBody = z.infer<typeof batchEntry>

export const BATCH_BOUND = 500
export const batchRequest = z
  .strictObject({ entries: z.array(batchEntry).min(1).max(BATCH_BOUND) })
  .meta({ id: 'DecisionBatch' })

export function accessRequestOf(body: DecisionMembers): Omit<AccessRequest, 'consented'> {
  const ttl = body.ttlSeconds ?? null
  return {
    customer: body.customer,
    subject: body.subject ?? null,
    task: body.task ?? null,
    feature: body.feature,
    price: priceOfMembers(body),
    attributes: body.attributes ?? {},
    mode:
      body.mode === 'authorize' ? { kind: 'authorize', ttlMs: ttl === null ? null : ttl * 1000 } : { kind: 'consume' },
    acceptPartial: body.acceptPartial === true ? { minimum: BigInt(body.minimum ?? '1') } : null,
    includedOnly: body.includedOnly === true,
    maxCredits: body.maxCredits == null ? null : BigInt(body.maxCredits),
  }
}

const instant = z.iso.datetime()
const layer = z.enum(LAYERS)

export const fundingLine = z
  .strictObject({
    layer,
    source: z.string().meta({ description: 'Window id or grant id.' }),
    amount,
    before: amount,
    after: amount,
    resetsAt: instant.nullable().optional(),
    expiresAt: instant.nullable().optional(),
  })
  .meta({ id: 'FundingLine' })

const price = { microCredits: amount.nullable() }
export const wayOn = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('wait'), until: instant, ...price }),
    z.strictObject({ kind: z.literal('smaller'), amount, ...price }),
    z.strictObject({ kind: z.literal('credits'), amount, ...price }),
    z.strictObject({ kind: z.literal('consent'), token: z.string().nullable(), ...price }),
    z.strictObject({ kind: z.literal('raise_cap'), cap: z.string(), by: amount, ...price }),
    z.strictObject({ kind: z.literal('contact'), who: z.enum(['owner', 'support']), ...price }),
  ])
  .meta({
    id: 'WayOn',
    description: 'What can be done now, with its price: `microCredits` is null when it costs nothing.',
  })

export const REASONS = [
  'customer_suspended',
  'feature_disabled',
  'feature_not_entitled',
  'burst_exceeded',
  'rate_exceeded',
  'concurrency_exceeded',
  'reduced_capacity',
  'abnormal_usage',
  'included_exhausted',
  'consent_required',
  'credits_insufficient',
  'spend_cap_reached',
  'max_credits_reached',
] as const

const answerMembers = {
  id: z.string().nullable().meta({ description: 'Null for a dry run.' }),
  outcome: z.enum(['allowed', 'partial', 'denied']),
  cost: amount,
  granted: amount,
  funding: z.array(fundingLine),
  hold: z.strictObject({ id: z.string(), expiresAt: instant }).nullable(),
  reason: z.enum(REASONS).nullable(),
  layer: z.enum([...LAYERS, 'gate', 'guard']).nullable(),
  source: z.string().nullable(),
  retryable: z.boolean(),
  retryAt: instant.nullable(),
  waysOn: z.array(wayOn),
  windows: z.array(
    z.strictObject({ id: z.string(), limit: amount, used: amount, remaining: amount, resetsAt: instant.nullable() }),
  ),
  policyVersion: z.int(),
  stateVersion: z.string(),
  explainUrl: z.string().nullable(),
  dryRun: z.literal(true).optional(),
}

export const decisionAnswer = z.strictObject(answerMembers).meta({ id: 'Decision' })

export const deniedAnswer = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().nullable(),
    'violated-policies': z.array(z.string()).optional(),
    ...answerMembers,
  })
  .meta({ id: 'DeniedDecision', description: 'A problem with all members of the decision beside it.' })

export const batchAnswer = z
  .strictObject({
    answers: z.array(
      z.strictObject({
        status: z.int(),
        replayed: z.boolean(),
        retryAfter: z.int().optional(),
        body: z.unknown().meta({ description: 'What `POST /decisions` would have answered.' }),
      }),
    ),
  })
  .meta({ id: 'DecisionBatchAnswer' })
