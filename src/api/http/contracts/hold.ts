import { z } from 'zod'
import { fundingLine } from './decision.ts'
import { onePrice, priceMembers } from './price.ts'
import { amount, ttlSeconds } from './values.ts'

export const captureRequest = z
  .strictObject({
    ...priceMembers,
    final: z.boolean().optional().meta({ description: 'False: a part of it, the hold stays open. Default true.' }),
  })
  .check(onePrice('nothing'))
  .meta({ id: 'CaptureRequest' })

export const extendRequest = z
  .strictObject({ ttlSeconds: ttlSeconds.optional().meta({ description: "From now on; default: the policy's." }) })
  .meta({ id: 'ExtendRequest' })

export const releaseRequest = z.strictObject({}).meta({ id: 'ReleaseRequest' })

export const reportRequest = z
  .strictObject(priceMembers)
  .check(onePrice('nothing'))
  .meta({ id: 'ReportRequest', description: 'Usage so far, not since the last report.' })

const instant = z.iso.datetime()

export const hold = z
  .strictObject({
    id: z.string(),
    decision: z.string(),
    feature: z.string(),
    subject: z.string().nullable(),
    status: z.enum(['open', 'captured', 'released', 'expired']),
    granted: amount,
    held: amount,
    captured: amount,
    placedAt: instant,
    expiresAt: instant,
    latestExpiry: instant,
    closedAt: instant.nullable(),
  })
  .meta({ id: 'Hold' })

export const holdAnswer = z.strictObject({ hold })
export const releaseAnswer = z.strictObject({ hold, released: amount })
export const captureAnswer = z
  .strictObject({
    hold,
    usageEvent: z.string(),
    cost: amount,
    fromHold: amount,
    drawnAnew: amount,
    absorbed: amount,
    debt: amount,
    released: amount,
    funding: z.array(fundingLine),
    policyVersion: z.int(),
    stateVersion: z.string(),
  })
  .meta({ id: 'Capture', description: 'cost = fromHold + drawnAnew + absorbed + debt' })
