import { z } from 'zod'
import { MAX_AMOUNT, parseAmount } from '../../core/shared/amount.ts'
import { LAYERS, type PolicyDocument } from '../../core/policy/document.ts'

/**
 * The policy document's shape, strictly: an unknown field is a mistake, never ignored. What the shape cannot say (a guard
 * that names a missing guard, an unknown zone) is for `core/policy/validate.ts`. The JSON Schema that
 * `spillway policy schema` prints is made from this one.
 */
const DAY_MS = 86_400_000

const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, { error: 'whole micro-credits as a decimal string, such as "1250000"', abort: true })
  .refine((text) => parseAmount(text) !== null, `at most ${MAX_AMOUNT} micro-credits`)
const factor = z
  .string()
  .regex(/^(0|[1-9]\d{0,5})(\.\d{1,6})?$/, 'a decimal string with at most six places, such as "1.5"')
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, 'starts with a small letter, then small letters, digits, _ . - (at most 64)')
const title = z.string().trim().min(1).max(200)
const value = z.string().min(1).max(128)
const whole = z.int().positive()
const lengthMs = z
  .int()
  .min(1_000, 'at least one second')
  .max(3_700 * DAY_MS)
const names = z.array(name).min(1).max(200)
const zone = z.string().min(1).max(64)
const attributes = z.record(name, value)
const unit = z.enum(['day', 'week', 'month'])

const meter = z.strictObject({ title, unit: z.string().min(1).max(40) })
const feature = z.strictObject({ title, meters: names, enabled: z.boolean().exactOptional() })

const rateCard = z.strictObject({
  rates: z
    .array(
      z.strictObject({
        meter: name,
        feature: name.exactOptional(),
        attributes: attributes.exactOptional(),
        microCredits: amount,
        per: whole.exactOptional(),
      }),
    )
    .max(2_000),
  multipliers: z
    .array(z.strictObject({ feature: name.exactOptional(), attributes, factor }))
    .max(500)
    .exactOptional(),
})

const counts = z.union([z.literal('requests'), z.strictObject({ meter: name })], {
  error: 'either "requests" or { "meter": "<meter>" }',
})
const guardBase = {
  id: name,
  scope: z.enum(['customer', 'subject']),
  features: names.exactOptional(),
  perFeature: z.boolean().exactOptional(),
  paidUse: name.exactOptional(),
}
const guard = z.discriminatedUnion('kind', [
  z.strictObject({ ...guardBase, kind: z.literal('burst'), counts, rate: whole, perMs: whole, burst: whole }),
  z.strictObject({
    ...guardBase,
    kind: z.literal('sliding'),
    counts,
    limit: z.int().nonnegative(),
    windowMs: lengthMs,
    subBuckets: z.int().min(2).max(600).exactOptional(),
  }),
  z.strictObject({ ...guardBase, kind: z.literal('concurrency'), limit: z.int().nonnegative() }),
])

const windowBase = { id: name, title, limit: amount, features: names.exactOptional() }
const fixed = { ...windowBase, kind: z.literal('fixed') }
const customerLength = z.strictObject({ ...fixed, anchor: z.literal('customer'), lengthMs })
const customerMonths = z.strictObject({ ...fixed, anchor: z.literal('customer'), months: z.int().min(1).max(120) })
const fixedWindow = z.union([
  z.discriminatedUnion('anchor', [
    z.strictObject({ ...fixed, anchor: z.literal('first_use'), lengthMs }),
    z.strictObject({ ...fixed, anchor: z.literal('calendar'), unit, zone }),
  ]),
  customerLength,
  customerMonths,
])
const slidingWindow = z.strictObject({
  ...windowBase,
  kind: z.literal('sliding'),
  lengthMs,
  subBuckets: z.int().min(2).max(600).exactOptional(),
})
const window = z.union([fixedWindow, slidingWindow])

const every = z.union([
  z.strictObject({ anchor: z.literal('customer'), months: z.int().min(1).max(120) }),
  z.strictObject({ anchor: z.literal('customer'), lengthMs }),
  z.strictObject({ anchor: z.literal('calendar'), unit, zone }),
])
const allowance = z.strictObject({
  id: name,
  title,
  amount,
  priority: z.int().min(-1_000).max(1_000).exactOptional(),
  features: names.exactOptional(),
  every,
  rollover: z.strictObject({ max: amount, periods: z.int().min(1).max(24) }).exactOptional(),
})
const cap = z.strictObject({
  id: name,
  scope: z.enum(['customer', 'subject', 'task']),
  limit: amount,
  period: z.enum(['day', 'week', 'month', 'ever']),
})

const tier = z.strictObject({
  title,
  priority: z.enum(['low', 'normal', 'high']),
  features: z.union([z.literal('*'), z.array(name).max(200)], { error: 'a list of features, or "*"' }),
  guards: z.array(guard).max(50),
  windows: z.array(window).max(20),
  allowances: z.array(allowance).max(20).exactOptional(),
  caps: z.array(cap).max(20).exactOptional(),
})

const pack = z.strictObject({
  id: name,
  title,
  credits: amount,
  /** In the currency's minor unit, such as cents. */
  priceMinor: z.int().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "EUR"'),
  /** Contained in the price. */
  tax: z.strictObject({ perMille: z.int().min(0).max(1_000), note: title }).exactOptional(),
  expiresAfterDays: z.int().min(1).max(3_700).exactOptional(),
})

export const policyDocumentSchema = z.strictObject({
  title,
  meters: z.record(name, meter),
  features: z.record(name, feature),
  rateCard,
  layers: z.array(z.enum(LAYERS)).min(1),
  tiers: z.record(name, tier),
  holds: z.strictObject({
    defaultTtlSeconds: z.int().min(1).max(2_592_000),
    maxTtlSeconds: z.int().min(1).max(2_592_000),
  }),
  uncovered: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('absorb') }),
    z.strictObject({ kind: z.literal('debt'), maxMicroCredits: amount }),
  ]),
  packs: z.array(pack).max(50).exactOptional(),
}) satisfies z.ZodType<PolicyDocument>
