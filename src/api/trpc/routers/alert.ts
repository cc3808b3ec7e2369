import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { DEFAULT_SETTINGS, THRESHOLDS } from '../../../core/alert/alert.ts'
import { may } from '../../../core/identity/roles.ts'
import { parseAmount } from '../../../core/shared/amount.ts'
import { capsView } from '../../../services/alert/caps-view.ts'
import { saveAlertSettings } from '../../../services/alert/save-settings.ts'
import { OWN_CAPS, removeCap, setCap } from '../../../services/alert/set-cap.ts'
import { updateCustomer } from '../../../services/customer/update.ts'
import { customerMay, customerProcedure, router } from '../init.ts'
import { without } from '../without.ts'

const SHOWN = 30
const thresholds = z
  .array(z.union(THRESHOLDS.map((threshold) => z.literal(threshold))))
  .max(THRESHOLDS.length)
  .transform((given) => THRESHOLDS.filter((threshold) => given.includes(threshold)))
const amount = z
  .string()
  .transform(parseAmount)
  .refine((value): value is bigint => value !== null && value > 0n, 'write an amount above zero')
const notTaken = () =>
  new TRPCError({ code: 'CONFLICT', message: 'The store was busy, and nothing was changed. Try again.' })

export const alertRouter = router({
  bell: customerProcedure.query(async ({ ctx }) => {
    const { customer } = ctx.scope
    const [unread, alerts] = await Promise.all([
      ctx.engine.alerts.unread(customer),
      ctx.engine.alerts.list(customer, SHOWN),
    ])
    return { unread, alerts: alerts.map((alert) => without(alert, 'channels', 'customer')) }
  }),

  markRead: customerProcedure.mutation(({ ctx }) =>
    ctx.engine.alerts.markRead(ctx.scope.customer, ctx.engine.clock.nowMs()),
  ),

  settings: customerProcedure.query(async ({ ctx }) => {
    const { customer, role } = ctx.scope
    const [settings, caps] = await Promise.all([ctx.engine.alerts.settings(customer), capsView(ctx.engine, customer)])
    if (caps === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
    return {
      ...caps,
      settings: settings ?? DEFAULT_SETTINGS,
      manages: {
        alerts: may(role, 'alert.manage'),
        caps: may(role, 'cap.manage'),
        consent: may(role, 'consent.change'),
        codes: may(role, 'credits.buy'),
      },
    }
  }),

  saveSettings: customerMay('alert.manage')
    .input(z.strictObject({ portal: thresholds, mail: thresholds, webhook: thresholds }))
    .mutation(({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      return saveAlertSettings(ctx.engine, { customer, settings: input, actor: { kind: 'user', id: viewer.id } })
    }),

  setConsent: customerMay('consent.change')
    .input(z.strictObject({ consent: z.enum(['off', 'ask', 'on']) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await updateCustomer(ctx.engine, {
        customer,
        change: { consent: input.consent },
        reason: null,
        actor: { kind: 'user', id: viewer.id },
        idempotencyKey: null,
      })
      if (outcome.kind !== 'answered') throw notTaken()
    }),

  setCap: customerMay('cap.manage')
    .input(
      z.strictObject({
        scope: z.enum(['customer', 'subject', 'task']),
        /** Null: each subject or task on its own. */
        subject: z.string().trim().min(1).max(128).nullable(),
        limit: amount,
        period: z.enum(['day', 'week', 'month', 'ever']),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      if (input.scope === 'customer' && input.subject !== null)
        throw new TRPCError({ code: 'BAD_REQUEST', message: 'A cap of the whole customer names no subject.' })
      const outcome = await setCap(ctx.engine, { customer, cap: input, actor: { kind: 'user', id: viewer.id } })
      if (outcome === 'too_many')
        throw new TRPCError({ code: 'BAD_REQUEST', message: `At most ${OWN_CAPS} caps: remove one first.` })
      if (outcome !== 'done') throw notTaken()
    }),

  removeCap: customerMay('cap.manage')
    .input(z.strictObject({ id: z.string().max(200) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await removeCap(ctx.engine, { customer, id: input.id, actor: { kind: 'user', id: viewer.id } })
      if (outcome === 'unknown')
        throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such cap of your own.' })
      if (outcome !== 'done') throw notTaken()
    }),
})
