import { z } from 'zod'
import { amount, idOf } from './values.ts'

const page = {
  cursor: z.string().max(1_024).optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, '1 to 200')
    .optional()
    .meta({ description: '1 to 200, default 50.' }),
}

export const usageEventsQuery = z.strictObject({
  ...page,
  id: idOf('use').optional(),
  decision: idOf('dec').optional(),
})
export const monetizationEventsQuery = z.strictObject({ ...page, usageEvent: idOf('use').optional() })
export const balanceUpdatesQuery = z.strictObject({ ...page, grant: idOf('grt').optional() })

const instant = z.iso.datetime()
const signed = z.string().regex(/^-?\d+$/)
const line = z.strictObject({
  kind: z.enum(['window', 'grant', 'absorbed', 'debt', 'refund']),
  source: z.string().optional(),
  layer: z.string().optional(),
  amount,
  why: z.string().optional(),
})
const pageOf = <T extends z.ZodType>(item: T, id: string) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id })

const usageEvent = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    decision: z.string().nullable(),
    hold: z.string().nullable(),
    subject: z.string().nullable(),
    task: z.string().nullable(),
    feature: z.string(),
    usage: z.record(z.string(), z.int()).nullable(),
    attributes: z.record(z.string(), z.string()),
    cost: amount,
    lines: z.array(line),
    origin: z.strictObject({
      kind: z.enum(['decision', 'reported']),
      source: z.string().optional(),
      eventId: z.string().optional(),
    }),
    policyVersion: z.int(),
    stateVersion: z.string(),
    effectiveAt: instant,
    recordedAt: instant,
  })
  .meta({ id: 'UsageEvent', description: 'What the user did.' })

const monetizationEvent = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    usageEvent: z.string(),
    feature: z.string(),
    cost: amount,
    lines: z.array(line),
    arithmetic: z.array(
      z.strictObject({
        meter: z.string(),
        units: z.int(),
        microCredits: amount,
        per: z.int(),
        multipliers: z.array(z.string()),
      }),
    ),
    policyVersion: z.int(),
    stateVersion: z.string(),
    effectiveAt: instant,
    settledAt: instant,
  })
  .meta({ id: 'MonetizationEvent', description: 'A usage event priced: what is charged for it, per source.' })

const balanceUpdate = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    seq: z.int(),
    grant: z.string(),
    delta: signed,
    balanceBefore: amount,
    balanceAfter: amount,
    cause: z.looseObject({ kind: z.string() }),
    effectiveAt: instant,
    recordedAt: instant,
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'BalanceUpdate', description: "A signed change of one grant's balance, chained to the one before." })

export const usageEventsPage = pageOf(usageEvent, 'UsageEventsPage')
export const monetizationEventsPage = pageOf(monetizationEvent, 'MonetizationEventsPage')
export const balanceUpdatesPage = pageOf(balanceUpdate, 'BalanceUpdatesPage')
