import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { WEBHOOK_EVENTS } from '../../../core/delivery/webhook.ts'
import { may } from '../../../core/identity/roles.ts'
import { WEBHOOK_LOG_LIMIT, WEBHOOKS_PER_CUSTOMER } from '../../../ports/webhook-store.ts'
import { addWebhook, enableWebhook, pingWebhook, removeWebhook } from '../../../services/webhook/change.ts'
import type { CustomerScope } from '../../../auth/scope.ts'
import { customerMay, customerProcedure, router } from '../init.ts'
import { without } from '../without.ts'

const id = z.strictObject({ id: z.string().max(64) })
const own = ({ customer, viewer }: CustomerScope, of: string) => ({
  id: of,
  customer,
  actor: { kind: 'user', id: viewer.id } as const,
})
const found = (done: boolean): void => {
  if (!done) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such endpoint or delivery, or it is off.' })
}

export const webhookRouter = router({
  list: customerProcedure.query(async ({ ctx }) => {
    const manages = may(ctx.scope.role, 'webhook.manage')
    const endpoints = manages ? await ctx.engine.webhooks.list(ctx.scope.customer) : []
    return { manages, endpoints: endpoints.map((endpoint) => without(endpoint, 'sealedSecret', 'customer')) }
  }),

  /** Deliveries, newest first. */
  log: customerMay('webhook.manage').query(async ({ ctx }) => {
    const { customer } = ctx.scope
    const messages = await ctx.engine.webhooks.log({ customer, endpoint: null, limit: WEBHOOK_LOG_LIMIT })
    return messages.map((message) => without(message, 'customer', 'key'))
  }),

  /** The answer holds the secret, this once. */
  add: customerMay('webhook.manage')
    .input(
      z.strictObject({
        url: z.string().trim().max(2_000),
        events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const actor = { kind: 'user', id: viewer.id } as const
      const outcome = await addWebhook(ctx.engine, { customer, ...input, actor })
      if (outcome.kind === 'added') return outcome
      const message =
        outcome.kind === 'refused' ? outcome.why : `At most ${WEBHOOKS_PER_CUSTOMER} endpoints: remove one first.`
      throw new TRPCError({ code: 'BAD_REQUEST', message })
    }),

  remove: customerMay('webhook.manage')
    .input(id)
    .mutation(async ({ ctx, input }) => found(await removeWebhook(ctx.engine, own(ctx.scope, input.id)))),

  enable: customerMay('webhook.manage')
    .input(id)
    .mutation(async ({ ctx, input }) => found(await enableWebhook(ctx.engine, own(ctx.scope, input.id)))),

  ping: customerMay('webhook.manage')
    .input(id)
    .mutation(async ({ ctx, input }) => found(await pingWebhook(ctx.engine, own(ctx.scope, input.id)))),

  replay: customerMay('webhook.manage')
    .input(id)
    .mutation(async ({ ctx, input }) => {
      const atMs = ctx.engine.clock.nowMs()
      found(await ctx.engine.webhooks.replay({ id: input.id, customer: ctx.scope.customer, atMs }))
    }),
})
