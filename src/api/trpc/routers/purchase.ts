import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { mayIn } from '../../../auth/scope.ts'
import {
  PaymentRefused,
  PaymentsUnavailable,
  TEST_ACTIONS,
  TEST_CARDS,
  type TestCheckout,
} from '../../../ports/payments.ts'
import { viewOffer } from '../../../services/purchase/offer.ts'
import { type StartResult, startPurchase } from '../../../services/purchase/start.ts'
import { purchaseRow, viewPurchase } from '../../../services/purchase/view.ts'
import { customerMay, customerProcedure, publicProcedure, router } from '../init.ts'
import { purchaseChanges } from '../purchase-live.ts'

const NOT_FOUND = { code: 'NOT_FOUND', message: 'There is no such purchase.' } as const
const id = z.string().max(64)
const list = z.strictObject({
  /** Said by infinite queries; pages only ever go on to older rows. */
  direction: z.literal('forward').optional(),
  cursor: z.string().max(512).nullable().default(null),
  limit: z.number().int().min(1).max(100).default(25),
})

/** The test processor's own pages are for whoever has the link, as a real one's are. Absent, they do not exist. */
const deskProcedure = publicProcedure.use(({ ctx, next }) => {
  const desk = ctx.settings.mode === 'demo' ? ctx.engine.testDesk : null
  if (desk === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such checkout.' })
  return next({ ctx: { desk } })
})
const reference = z.string().max(128)

export const purchaseRouter = router({
  offer: customerProcedure.query(async ({ ctx }) => {
    const offer = await viewOffer(ctx.engine, ctx.scope.customer)
    if (offer === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
    return { ...offer, mayBuy: mayIn(ctx.scope, 'credits.buy'), role: ctx.scope.role }
  }),

  list: customerProcedure.input(list).query(async ({ ctx, input }) => {
    const { cursor, limit } = input
    const page = await ctx.engine.purchases.list({ customer: ctx.scope.customer, cursor, limit })
    return { items: page.items.map(purchaseRow), nextCursor: page.nextCursor }
  }),

  /** Another customer's purchase answers exactly as one that does not exist. */
  read: customerProcedure.input(z.strictObject({ id })).query(async ({ ctx, input }) => {
    const view = await viewPurchase(ctx.engine, ctx.scope.customer, input.id)
    if (view === null) throw new TRPCError(NOT_FOUND)
    return { ...view, mayBuy: mayIn(ctx.scope, 'credits.buy') }
  }),

  live: customerProcedure
    .input(z.object({ id, lastEventId: z.string().max(64).nullish() }))
    .subscription(({ ctx, input, signal }) => {
      const ends = [signal, ctx.settings.drain].filter((one): one is AbortSignal => one instanceof AbortSignal)
      const { customer } = ctx.scope
      const stillMay = async () => (await ctx.viewerNow())?.membership?.customer === customer
      return purchaseChanges(ctx.engine, { customer, id: input.id, stillMay }, AbortSignal.any(ends))
    }),

  /** `intent` comes with the page: whoever sends the same again is led to the same purchase. */
  start: customerMay('credits.buy')
    .input(z.strictObject({ pack: z.string().max(64), intent: z.string().min(1).max(120), keepMethod: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      const { viewer, customer } = ctx.scope
      const { pack, keepMethod } = input
      const buyer = { id: viewer.id, name: viewer.name, email: viewer.email }
      const result = await atProcessor(() =>
        startPurchase(ctx.engine, {
          customer,
          pack,
          intent: `${pack}/${keepMethod ? 'keep/' : ''}${input.intent}`,
          origin: 'person',
          buyer,
          keepMethod,
          actor: { kind: 'user', id: viewer.id },
        }),
      )
      return startedOr(result)
    }),

  testCheckout: deskProcedure
    .input(z.strictObject({ reference }))
    .query(({ ctx, input }) => shown(ctx.desk.checkout(input.reference))),
  testPay: deskProcedure
    .input(z.strictObject({ reference, card: z.enum(TEST_CARDS) }))
    .mutation(async ({ ctx, input }) => shown(await ctx.desk.pay(input.reference, input.card))),
  testAnswer: deskProcedure
    .input(z.strictObject({ reference, agrees: z.boolean() }))
    .mutation(async ({ ctx, input }) => shown(await ctx.desk.answer(input.reference, input.agrees))),
  testBackOffice: deskProcedure
    .input(z.strictObject({ reference, action: z.enum(TEST_ACTIONS) }))
    .mutation(async ({ ctx, input }) => shown(await ctx.desk.backOffice(input.reference, input.action))),
})

function shown(checkout: TestCheckout | null): TestCheckout {
  if (checkout === null)
    throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such checkout, or it has ended.' })
  return checkout
}

function startedOr(result: StartResult): { id: string; checkoutUrl: string | null } {
  switch (result.kind) {
    case 'started':
      return { id: result.purchase.id, checkoutUrl: result.checkoutUrl }
    case 'not_sold':
      throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'This installation sells no credits.' })
    case 'unknown_pack':
      throw new TRPCError({ code: 'BAD_REQUEST', message: 'This pack is no longer sold. Load the page again.' })
    case 'unknown_customer':
      throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
    case 'intent_reused':
      throw new TRPCError({ code: 'CONFLICT', message: 'This page is out of date. Load it again.' })
  }
}

async function atProcessor<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    if (fault instanceof PaymentsUnavailable)
      throw new TRPCError({
        code: 'SERVICE_UNAVAILABLE',
        message: 'The payment processor does not answer. Nothing was charged; try again.',
        cause: fault,
      })
    if (fault instanceof PaymentRefused)
      throw new TRPCError({
        code: 'BAD_REQUEST',
        message: 'The payment processor refused this. Nothing was charged.',
        cause: fault,
      })
    throw fault
  }
}
