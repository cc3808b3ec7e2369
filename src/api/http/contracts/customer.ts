import { z } from 'zod'
import { amount, instantText, label, name, subjectId, timeZone } from './values.ts'

const consent = z
  .enum(['off', 'ask', 'on'])
  .meta({ description: 'May bought credits be drawn? `ask`: only with a consent token.' })

export const createRequest = z
  .strictObject({
    externalId: label(200).nullish(),
    name: label(200),
    kind: z.enum(['person', 'organization']),
    tier: name,
    timeZone: timeZone.optional().meta({ description: 'An IANA name; default UTC.' }),
    consent: consent.optional().meta({ description: 'Default `off`.' }),
  })
  .meta({ id: 'CustomerRequest' })

const cap = z.strictObject({
  id: name,
  scope: z.enum(['customer', 'subject', 'task']),
  subject: subjectId.nullish(),
  limit: amount,
  period: z.enum(['day', 'week', 'month', 'ever']),
})

const override = z.strictObject({
  target: z.strictObject({ kind: z.enum(['window', 'guard', 'cap']), id: name }),
  limit: amount,
  reason: label(500),
  expiresAt: instantText.nullish(),
})

export const updateRequest = z
  .strictObject({
    name: label(200).optional(),
    tier: name.optional(),
    timeZone: timeZone.optional(),
    consent: consent.optional(),
    status: z.enum(['active', 'suspended', 'closed']).optional(),
    caps: z.array(cap).max(20).optional().meta({ description: 'Replaces all caps of the customer.' }),
    overrides: z.array(override).max(50).optional().meta({ description: 'Replaces all overrides of the customer.' }),
    reason: label(500).optional().meta({ description: 'For the audit log.' }),
  })
  .refine((value) => Object.keys(value).some((member) => member !== 'reason'), 'name at least one member to change')
  .meta({ id: 'CustomerChange' })

const instant = z.iso.datetime()

export const customerAnswer = z
  .strictObject({
    id: z.string(),
    externalId: z.string().nullable(),
    name: z.string(),
    kind: z.enum(['person', 'organization']),
    status: z.enum(['active', 'suspended', 'closed']),
    tier: z.string(),
    timeZone: z.string(),
    consent: z.enum(['off', 'ask', 'on']),
    caps: z.array(
      z.strictObject({
        id: z.string(),
        scope: z.enum(['customer', 'subject', 'task']),
        subject: z.string().nullable(),
        limit: amount,
        period: z.string(),
      }),
    ),
    overrides: z.array(
      z.strictObject({
        target: z.strictObject({ kind: z.string(), id: z.string() }),
        limit: amount,
        reason: z.string(),
        expiresAt: instant.nullable(),
      }),
    ),
    createdAt: instant,
    stateVersion: z.string(),
  })
  .meta({ id: 'Customer' })

export const grantRequest = z
  .strictObject({
    kind: z.enum(['allowance', 'promotion', 'entitlement', 'credits', 'adjustment']),
    amount: amount.refine((value) => value !== '0', 'must be above 0'),
    priority: z.int().min(-1_000).max(1_000).optional().meta({ description: 'Lower is drawn first; default 10.' }),
    features: z.array(name).min(1).max(200).nullish().meta({ description: 'Only these; null: all.' }),
    effectiveAt: instantText.nullish(),
    expiresAt: instantText.nullish(),
    reason: label(500).optional(),
  })
  .meta({ id: 'GrantRequest' })

export const grantAnswer = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    kind: z.string(),
    amount,
    available: amount,
    priority: z.int(),
    features: z.array(z.string()).nullable(),
    effectiveAt: instant,
    expiresAt: instant.nullable(),
    reason: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Grant' })
