import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { may } from '../../../core/identity/roles.ts'
import { redeemReset } from '../../../services/reset/redeem.ts'
import { customerMay, customerProcedure, router } from '../init.ts'

const REFUSED = {
  unknown_reset: { code: 'NOT_FOUND', message: 'This reset was used, or it has expired.' },
  nothing_used: { code: 'BAD_REQUEST', message: 'Nothing of this window is used, so the reset is kept.' },
  failed: { code: 'CONFLICT', message: 'The store was busy, and nothing was changed. Try again.' },
} as const

export const resetRouter = router({
  /** Kept and not expired, the soonest to expire first. */
  list: customerProcedure.query(async ({ ctx }) => {
    const view = await ctx.engine.readers.customer(ctx.scope.customer)
    const nowMs = ctx.engine.clock.nowMs()
    const resets = (view?.state.profile.resets ?? []).filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    return {
      resets: resets.toSorted((a, b) => a.expiresAtMs - b.expiresAtMs),
      mayUse: may(ctx.scope.role, 'credits.buy'),
    }
  }),

  redeem: customerMay('credits.buy')
    .input(z.strictObject({ reset: z.string().max(64) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const actor = { kind: 'user', id: viewer.id } as const
      const outcome = await redeemReset(ctx.engine, { customer, reset: input.reset, actor })
      if (outcome !== 'done') throw new TRPCError(REFUSED[outcome])
    }),
})
