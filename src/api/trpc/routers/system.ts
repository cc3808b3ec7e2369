import { z } from 'zod'
import { findById } from '../../../services/access/find-by-id.ts'
import { personaCards } from '../personas.ts'
import { customerProcedure, publicProcedure, router } from '../init.ts'

export const systemRouter = router({
  /** Who may be signed in as with one click; nobody outside of demo mode. */
  personas: publicProcedure.query(({ ctx }) =>
    ctx.settings.mode === 'demo' ? personaCards(ctx.engine, ctx.settings.personas) : [],
  ),

  /** Where an id is shown. Null for an unknown one and for another customer's alike. */
  find: customerProcedure
    .input(z.strictObject({ id: z.string().trim().max(64) }))
    .query(({ ctx, input }) => findById(ctx.engine, ctx.scope.customer, input.id)),
})
