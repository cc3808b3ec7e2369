import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { windowHistory } from '../../../services/access/window-history.ts'
import { customerProcedure, router } from '../init.ts'

export const limitsRouter = router({
  /** What one included window counted in the past. */
  windowHistory: customerProcedure.input(z.strictObject({ id: z.string().max(128) })).query(async ({ ctx, input }) => {
    const history = await windowHistory(ctx.engine, ctx.scope.customer, input.id)
    if (history === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such window.' })
    return history
  }),
})
