import { z } from 'zod'
import { PURCHASE_STATUSES } from '../../../core/purchase/purchase.ts'
import { amount, label, name } from './values.ts'

const instant = z.iso.datetime()
const minor = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'whole minor units as a decimal string')
  .meta({
    description: 'In the minor unit of the currency, such as cents.',
  })

export const purchaseRequest = z
  .strictObject({
    pack: name.meta({ description: 'A pack of the policy in force.' }),
    email: z.email().max(254).nullish().meta({ description: 'Where the receipt goes.' }),
  })
  .meta({ id: 'PurchaseRequest' })

export const refundRequest = z
  .strictObject({
    minor: minor
      .refine((value) => value !== '0', 'must be above 0')
      .nullish()
      .meta({ description: 'Left out: all that is left.' }),
    reason: label(500).optional(),
  })
  .meta({ id: 'RefundRequest' })

export const purchaseAnswer = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    status: z.enum(PURCHASE_STATUSES),
    pack: z.string(),
    credits: amount,
    totalMinor: minor,
    taxMinor: minor,
    refundedMinor: minor,
    currency: z.string(),
    checkoutUrl: z.string().nullable().meta({ description: 'Where a person pays; null once there is nothing to pay.' }),
    grant: z.string().nullable(),
    createdAt: instant,
    paidAt: instant.nullable(),
    creditedAt: instant.nullable(),
  })
  .meta({ id: 'Purchase' })

export const purchasesQuery = z.strictObject({
  cursor: z.string().max(1_024).optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, '1 to 200')
    .optional()
    .meta({ description: '1 to 200, default 50.' }),
})

export const purchasesPage = z
  .strictObject({ items: z.array(purchaseAnswer), nextCursor: z.string().nullable() })
  .meta({ id: 'PurchasesPage' })
