import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { MESSAGE_LENGTH } from '../../../core/shared/written-text.ts'
import { CASE_MESSAGES, RUNNING_CASES } from '../../../ports/case-store.ts'
import { closeCase } from '../../../services/case/close.ts'
import { openCase } from '../../../services/case/open.ts'
import { readCase } from '../../../services/case/read.ts'
import { replyToCase } from '../../../services/case/reply.ts'
import type { CustomerScope } from '../../../auth/scope.ts'
import { may } from '../../../core/identity/roles.ts'
import { customerMay, customerProcedure, router } from '../init.ts'
import { freeText } from '../names.ts'

const id = z.string().max(64)
const body = freeText(MESSAGE_LENGTH)
const missing = () => new TRPCError({ code: 'NOT_FOUND', message: 'There is no such case.' })
const closed = () => new TRPCError({ code: 'CONFLICT', message: 'This case is closed.' })
const authorOf = ({ customer, viewer }: CustomerScope) => ({ customer, id: viewer.id, name: viewer.name })

export const casesRouter = router({
  /** Newest first. */
  list: customerProcedure.query(async ({ ctx }) => {
    const files = await ctx.engine.cases.list(ctx.scope.customer)
    return {
      cases: files.map(({ customer: _customer, openedBy: _openedBy, ...file }) => file),
      mayOpen: may(ctx.scope.role, 'case.open'),
    }
  }),

  /** The case of this record that is not closed; null when there is none. */
  running: customerProcedure
    .input(z.strictObject({ about: id }))
    .query(({ ctx, input }) => ctx.engine.cases.running(ctx.scope.customer, input.about)),

  /** Another customer's case answers exactly as one that does not exist. */
  read: customerProcedure.input(z.strictObject({ id })).query(async ({ ctx, input }) => {
    const view = await readCase(ctx.engine, ctx.scope.customer, input.id)
    if (view === null) throw missing()
    const { customer: _customer, openedBy: _openedBy, ...file } = view.file
    const messages = view.messages.map(({ author: _author, ...message }) => message)
    return { ...view, file, messages, mayWrite: may(ctx.scope.role, 'case.open') }
  }),

  /** Leads to the running case of the record, when it has one. */
  open: customerMay('case.open')
    .input(z.strictObject({ about: z.strictObject({ kind: z.enum(['decision', 'usage']), id }), body }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const by = { id: viewer.id, name: viewer.name }
      const outcome = await openCase(ctx.engine, { customer, ...input, by })
      if (outcome.kind === 'unknown') throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such record.' })
      if (outcome.kind === 'too_many') {
        const message = `At most ${RUNNING_CASES} cases run at a time: close one first.`
        throw new TRPCError({ code: 'CONFLICT', message })
      }
      return outcome
    }),

  reply: customerMay('case.open')
    .input(z.strictObject({ id, body }))
    .mutation(async ({ ctx, input }) => {
      const outcome = await replyToCase(ctx.engine, { ...input, by: authorOf(ctx.scope) })
      if (outcome === 'unknown') throw missing()
      if (outcome === 'closed') throw closed()
      if (outcome === 'full') {
        const message = `A case has at most ${CASE_MESSAGES} messages: close it and open another.`
        throw new TRPCError({ code: 'CONFLICT', message })
      }
    }),

  close: customerMay('case.open')
    .input(z.strictObject({ id }))
    .mutation(async ({ ctx, input }) => {
      const outcome = await closeCase(ctx.engine, { id: input.id, by: authorOf(ctx.scope) })
      if (outcome === 'unknown') throw missing()
      if (outcome === 'closed_before') throw closed()
    }),
})
