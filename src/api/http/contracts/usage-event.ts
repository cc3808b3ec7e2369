import { z } from 'zod'
import { onePrice, priceMembers } from './price.ts'
import { attributes, customerId, instantText, label, name, subjectId } from './values.ts'

export const usageData = z
  .strictObject({
    customer: customerId,
    subject: subjectId.nullish(),
    feature: name,
    ...priceMembers,
    attributes: attributes.optional(),
  })
  .check(onePrice('nothing'))
  .meta({ id: 'ReportedUsage' })

/** Names of CloudEvents extension attributes; they are taken and not kept. */
const EXTENSION = /^[a-z0-9]{1,20}$/

/** A CloudEvent 1.0 in structured JSON. */
export const cloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: label(255),
    source: label(1_024),
    type: label(255),
    time: instantText.optional().meta({ description: 'When it happened, up to 48 hours ago; default: now.' }),
    subject: z.string().max(1_024).optional(),
    datacontenttype: z
      .string()
      .regex(/^application\/json\b/, 'data is application/json')
      .optional(),
    dataschema: z.string().max(1_024).optional(),
    data: usageData,
  })
  .check(({ value, issues }) => {
    for (const member of Object.keys(value)) {
      if (!EXTENSION.test(member))
        issues.push({
          code: 'custom',
          path: [member],
          message: 'attributes of an event are named with small letters and digits',
          input: value,
        })
    }
  })
  .meta({ id: 'UsageCloudEvent' })

export const EVENTS_BOUND = 500
export const cloudEvents = z.array(cloudEvent).min(1).max(EVENTS_BOUND)

export const usageRecorded = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    usageEvent: z.string(),
    customer: z.string(),
    feature: z.string(),
    cost: z.string(),
    lines: z.array(
      z.strictObject({
        kind: z.enum(['window', 'grant', 'absorbed', 'debt']),
        source: z.string().optional(),
        layer: z.string().optional(),
        amount: z.string(),
      }),
    ),
    policyVersion: z.int(),
    stateVersion: z.string(),
    effectiveAt: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
  })
  .meta({ id: 'RecordedUsage' })

export const usageRecordedBatch = z
  .strictObject({ answers: z.array(z.strictObject({ status: z.int(), replayed: z.boolean(), body: z.unknown() })) })
  .meta({ id: 'RecordedUsageBatch' })
