import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { proofOfUsage } from '../../../services/access/proof-chain.ts'
import { customerProcedure, router } from '../init.ts'

const list = z.strictObject({
  /** Said by infinite queries; pages only ever go on to older rows. */
  direction: z.literal('forward').optional(),
  cursor: z.string().max(512).nullable().default(null),
  limit: z.number().int().min(1).max(100).default(25),
})

export const usageRouter = router({
  list: customerProcedure
    .input(list)
    .query(({ ctx, input }) =>
      ctx.engine.readers.usageEvents({ customer: ctx.scope.customer, cursor: input.cursor, limit: input.limit }),
    ),

  proof: customerProcedure.input(z.strictObject({ id: z.string().max(64) })).query(async ({ ctx, input }) => {
    const link = await proofOfUsage(ctx.engine, ctx.scope.customer, input.id)
    if (link === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such usage event.' })
    return link
  }),
})
