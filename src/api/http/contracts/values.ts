import { z } from 'zod'
import { parseAmount } from '../../../core/shared/amount.ts'
import { isZone } from '../../../core/shared/zone-clock.ts'
import { isId, type IdPrefix } from '../../../core/shared/ids.ts'

/** Whole micro-credits as a decimal string, 0 to 2^63 - 1. */
export const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, {
    error: 'write whole micro-credits as a decimal string, without sign, fraction or exponent',
    abort: true,
  })
  .refine((value) => parseAmount(value) !== null, 'above 2^63 - 1 micro-credits')
  .meta({
    id: 'MicroCredits',
    description: 'Whole micro-credits as a decimal string, 0 to 2^63 - 1. 1 credit = 1,000,000.',
    examples: ['1250000'],
  })

export const positiveAmount = amount.refine((value) => value !== '0', 'must be above 0')

const CONTROL = /[\p{Cc}]/u

/** Text of a person or a product: no control characters. */
export const label = (most: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most, `at most ${most} characters`)
    .refine((value) => !CONTROL.test(value), 'control characters are not allowed')

/** Names of features, meters, attributes, tiers. */
export const name = label(64)

export const subjectId = label(128).meta({
  description: 'Who inside the customer consumes: a member, a key or a task, as the product names it.',
})

export const idOf = (prefix: IdPrefix) =>
  z
    .string()
    .refine((value) => isId(value, prefix), `not an id: ${prefix}_ and 32 hex digits`)
    .meta({ examples: [`${prefix}_019a${'0'.repeat(28)}`] })

export const customerId = idOf('cus')

const MOST_METERS = 32
const MOST_UNITS = Number.MAX_SAFE_INTEGER

const fewMembers = <T extends Record<string, unknown>>(what: string) =>
  [(value: T) => Object.keys(value).length <= MOST_METERS, `at most ${MOST_METERS} ${what}`] as const

export const usage = z
  .record(name, z.int({ error: `units are a whole number, 0 to ${MOST_UNITS}` }).min(0, 'units are not negative'))
  .refine(...fewMembers<Record<string, number>>('meters'))
  .meta({ description: 'Meter to whole units, 0 to 2^53 - 1.', examples: [{ input_tokens: 4808, output_tokens: 10 }] })

export const attributes = z
  .record(
    name,
    z
      .string()
      .max(256, 'at most 256 characters')
      .refine((value) => !CONTROL.test(value), 'control characters are not allowed'),
  )
  .refine(...fewMembers<Record<string, string>>('attributes'))
  .meta({
    description: 'What the rate card may tell prices apart by, such as the model.',
    examples: [{ model: 'codex-large' }],
  })

export const instantText = z.iso.datetime({
  offset: true,
  error: 'write an instant as RFC 3339, such as 2026-03-01T12:00:00Z',
})

export const TTL_MOST_SECONDS = 2_592_000
export const ttlSeconds = z.int().min(1).max(TTL_MOST_SECONDS)

export const timeZone = z.string().max(64).refine(isZone, 'not an IANA time zone such as "Europe/Berlin"')
