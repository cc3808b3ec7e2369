import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { decisionRows } from '../../../services/access/decision-rows.ts'
import { explainDecision } from '../../../services/access/explain-decision.ts'
import { customerProcedure, router } from '../init.ts'

const list = z.strictObject({
  /** Said by infinite queries; pages only ever go on to older rows. */
  direction: z.literal('forward').optional(),
  cursor: z.string().max(512).nullable().default(null),
  limit: z.number().int().min(1).max(100).default(25),
  outcome: z.enum(['allowed', 'partial', 'denied']).nullable().default(null),
})

export const decisionRouter = router({
  list: customerProcedure.input(list).query(({ ctx, input }) => {
    const { cursor, limit, outcome } = input
    return decisionRows(ctx.engine, {
      customer: ctx.scope.customer,
      cursor,
      limit,
      ...(outcome !== null && { outcome }),
    })
  }),

  /** Another customer's decision answers exactly as one that does not exist. */
  explain: customerProcedure.input(z.strictObject({ id: z.string().max(64) })).query(async ({ ctx, input }) => {
    const explanation = await explainDecision(ctx.engine, ctx.scope.customer, input.id)
    if (explanation === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such decision.' })
    return explanation
  }),
})
