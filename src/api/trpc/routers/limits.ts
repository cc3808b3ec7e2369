import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { may } from '../../../core/identity/roles.ts'
import { formatCredits, parseAmount } from '../../../core/shared/amount.ts'
import { REASON_LENGTH } from '../../../core/shared/written-text.ts'
import { windowHistory } from '../../../services/access/window-history.ts'
import { type AskOutcome, askForMore } from '../../../services/limit-request/ask.ts'
import { limitsView } from '../../../services/limit-request/limits-view.ts'
import { customerMay, customerProcedure, router } from '../init.ts'
import { freeText } from '../names.ts'

const target = z.strictObject({ kind: z.enum(['window', 'guard', 'cap']), id: z.string().min(1).max(128) })
const amount = z
  .string()
  .transform(parseAmount)
  .refine((value): value is bigint => value !== null && value > 0n, 'Write an amount above zero.')

export const limitsRouter = router({
  /** Every limit in force, and what was asked of them. */
  overview: customerProcedure.query(async ({ ctx }) => {
    const view = await limitsView(ctx.engine, ctx.scope.customer)
    if (view === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
    return { ...view, mayAsk: may(ctx.scope.role, 'limit.request'), mayCap: may(ctx.scope.role, 'cap.manage') }
  }),

  /** Asks for more of one limit: micro-credits for windows and caps, units for guards. Asked again while it waits, it is one request. */
  ask: customerMay('limit.request')
    .input(z.strictObject({ target, asked: amount, why: freeText(REASON_LENGTH) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await askForMore(ctx.engine, { customer, ...input, by: { id: viewer.id, name: viewer.name } })
      switch (outcome.kind) {
        case 'asked':
          return { kind: outcome.kind, id: outcome.request.id }
        case 'waiting':
          return outcome
        case 'unknown_limit':
        case 'not_more':
        case 'too_much':
          throw refusalOf(outcome, input.target.kind)
      }
    }),

  /** What one included window counted in the past. */
  windowHistory: customerProcedure.input(z.strictObject({ id: z.string().max(128) })).query(async ({ ctx, input }) => {
    const history = await windowHistory(ctx.engine, ctx.scope.customer, input.id)
    if (history === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such window.' })
    return history
  }),
})

function refusalOf(
  outcome: Exclude<AskOutcome, { kind: 'asked' | 'waiting' }>,
  kind: z.infer<typeof target>['kind'],
): TRPCError {
  const written = (value: bigint) => (kind === 'guard' ? `${value}` : `${formatCredits(value)} credits`)
  switch (outcome.kind) {
    case 'unknown_limit':
      return new TRPCError({ code: 'NOT_FOUND', message: 'There is no such limit of your tier.' })
    case 'not_more':
      return new TRPCError({
        code: 'BAD_REQUEST',
        message: `Ask for more than the ${written(outcome.limit)} in force.`,
      })
    case 'too_much':
      return new TRPCError({ code: 'BAD_REQUEST', message: `Ask for at most ${written(outcome.most)}.` })
  }
}
