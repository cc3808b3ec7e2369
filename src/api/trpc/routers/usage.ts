import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { proofOfUsage } from '../../../services/access/proof-chain.ts'
import { USAGE_DIMENSIONS, type UsageFilter } from '../../../core/usage/dimensions.ts'
import { listUsageRows } from '../../../services/usage/list-rows.ts'
import { listUsageValues } from '../../../services/usage/list-values.ts'
import { sumUpUsage } from '../../../services/usage/sum-up.ts'
import { customerProcedure, router } from '../init.ts'

const value = z.string().max(256).optional()
const filter = z
  .strictObject({ feature: value, subject: value, task: value, model: value, layer: value, outcome: value })
  .transform((given) => Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)) as UsageFilter)
/** `7d`, `2026-11-01..2026-11-20`; what names no days is answered with null. */
const range = z.string().max(24)
const version = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const usageRouter = router({
  sums: customerProcedure
    .input(z.strictObject({ range, filter, by: z.enum(USAGE_DIMENSIONS), compare: z.enum(['before', 'nothing']) }))
    .query(({ ctx, input }) => sumUpUsage(ctx.engine, { customer: ctx.scope.customer, ...input })),

  rows: customerProcedure
    .input(
      z.strictObject({
        direction: z.literal('forward').optional(),
        cursor: version.nullable().default(null),
        range,
        filter,
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .query(({ ctx, input: { cursor, range, filter, limit } }) =>
      listUsageRows(ctx.engine, { customer: ctx.scope.customer, range, filter, before: cursor, limit }),
    ),

  values: customerProcedure
    .input(z.strictObject({ range }))
    .query(({ ctx, input }) => listUsageValues(ctx.engine, { customer: ctx.scope.customer, range: input.range })),

  proof: customerProcedure.input(z.strictObject({ id: z.string().max(64) })).query(async ({ ctx, input }) => {
    const link = await proofOfUsage(ctx.engine, ctx.scope.customer, input.id)
    if (link === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such usage event.' })
    return link
  }),
})
