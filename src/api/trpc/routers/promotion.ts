import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { redeemCode } from '../../../services/promotion/redeem.ts'
import { customerMay, router } from '../init.ts'

const REFUSED = {
  unknown: 'There is no such code. Check its spelling.',
  not_yet: 'This code is not valid yet.',
  over: 'This code is over.',
  customer_limit: 'You have used this code already.',
  used_up: 'This code was used up by others.',
} as const

export const promotionRouter = router({
  redeem: customerMay('credits.buy')
    .input(z.strictObject({ code: z.string().trim().min(1).max(64) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const actor = { kind: 'user', id: viewer.id } as const
      const outcome = await redeemCode(ctx.engine, { customer, code: input.code, actor })
      if (outcome.kind === 'refused') throw new TRPCError({ code: 'BAD_REQUEST', message: REFUSED[outcome.standing] })
      if (outcome.kind === 'throttled') {
        const minutes = Math.ceil(outcome.retryAfterMs / 60_000)
        throw new TRPCError({
          code: 'TOO_MANY_REQUESTS',
          message: `Too many codes that gave nothing. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
        })
      }
      return outcome
    }),
})
