import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { mayIn } from '../../../auth/scope.ts'
import { packSold } from '../../../core/purchase/pack.ts'
import { parseAmount } from '../../../core/shared/amount.ts'
import { consentText, switchTopUpOn, type SwitchOnResult } from '../../../services/auto-top-up/switch-on.ts'
import { switchTopUpOff } from '../../../services/auto-top-up/switch-off.ts'
import { viewTopUp } from '../../../services/auto-top-up/view.ts'
import { ledgerRows } from '../../../services/credit/ledger-rows.ts'
import { customerMay, customerProcedure, router } from '../init.ts'

const list = z.strictObject({
  direction: z.literal('forward').optional(),
  cursor: z.string().max(512).nullable().default(null),
  limit: z.number().int().min(1).max(100).default(25),
})
const amount = z.string().refine((text) => parseAmount(text) !== null, 'whole micro-credits as a decimal string')
const terms = z.strictObject({ pack: z.string().max(64), threshold: amount, monthlyMaxMinor: amount })

export const creditsRouter = router({
  ledger: customerProcedure
    .input(list)
    .query(({ ctx, input }) =>
      ledgerRows(ctx.engine, { customer: ctx.scope.customer, cursor: input.cursor, limit: input.limit }),
    ),

  topUp: customerProcedure.query(async ({ ctx }) => {
    const view = await viewTopUp(ctx.engine, ctx.scope.customer)
    if (view === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
    return { ...view, mayChange: mayIn(ctx.scope, 'credits.buy'), role: ctx.scope.role }
  }),

  /** The sentence that would be agreed to; null: there is no such pack. */
  consentText: customerProcedure.input(terms.extend({ method: z.string().max(200) })).query(({ ctx, input }) => {
    const document = ctx.engine.policies.current().document.packs?.find((one) => one.id === input.pack)
    if (document === undefined) return null
    const { title, totalMinor, currency } = packSold(document)
    return consentText({
      pack: title,
      priceMinor: totalMinor,
      threshold: BigInt(input.threshold),
      monthlyMaxMinor: BigInt(input.monthlyMaxMinor),
      currency,
      method: input.method,
    })
  }),

  switchOn: customerMay('credits.buy')
    .input(terms.extend({ seenVersion: z.int().min(0), agreed: z.string().max(1_000) }))
    .mutation(async ({ ctx, input }) => {
      const { viewer, customer } = ctx.scope
      const result = await switchTopUpOn(ctx.engine, {
        customer,
        pack: input.pack,
        threshold: BigInt(input.threshold),
        monthlyMaxMinor: BigInt(input.monthlyMaxMinor),
        by: { id: viewer.id, name: viewer.name, email: viewer.email },
        seenVersion: input.seenVersion,
        agreed: input.agreed,
      })
      if (result.kind !== 'on') throw new TRPCError({ code: 'BAD_REQUEST', message: REFUSED[result.kind] })
      return { version: result.settings.version }
    }),

  switchOff: customerMay('credits.buy').mutation(async ({ ctx }) => {
    await switchTopUpOff(ctx.engine, { customer: ctx.scope.customer, by: ctx.scope.viewer.id })
  }),
})

const REFUSED: Record<Exclude<SwitchOnResult['kind'], 'on'>, string> = {
  unknown_pack: 'This pack is no longer sold. Choose another.',
  no_method: 'No payment method is kept. Buy once and agree to keep it.',
  pack_below_threshold: 'The pack must hold at least the threshold, or it would fire again at once.',
  maximum_below_price: 'The monthly maximum must allow at least one charge.',
  stale: 'The price, the method or these settings have just changed. Load the page again.',
}
