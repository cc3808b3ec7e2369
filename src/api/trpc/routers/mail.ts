import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { publicProcedure, router } from '../init.ts'

/** Only where mails have nowhere else to go: elsewhere it is as if there were no outbox. */
const outboxProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.settings.outbox) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no outbox here.' })
  return next()
})

const LISTED = 100

export const mailRouter = router({
  outbox: outboxProcedure.query(async ({ ctx }) => {
    const mails = await ctx.engine.mails.latest(LISTED)
    return Promise.all(
      mails.map(async ({ id, to, status, queuedAtMs, content }) => ({
        id,
        to,
        status,
        queuedAtMs,
        subject: (await ctx.engine.mailRenderer.render(content)).subject,
      })),
    )
  }),

  rendered: outboxProcedure.input(z.strictObject({ id: z.string().max(64) })).query(async ({ ctx, input }) => {
    const mail = await ctx.engine.mails.byId(input.id)
    if (mail === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such mail.' })
    const { id, to, queuedAtMs, content } = mail
    return { id, to, queuedAtMs, ...(await ctx.engine.mailRenderer.render(content)) }
  }),
})
