import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { accessView } from '../../../services/access/overview.ts'
import { permissionsOf } from '../../../core/identity/roles.ts'
import { settlementStanding } from '../../../services/access/settlement-standing.ts'
import type { CustomerScope } from '../../../auth/scope.ts'
import type { Engine } from '../../../services/engine.ts'
import { customerProcedure, router } from '../init.ts'
import { liveChanges } from '../live.ts'

export const accessRouter = router({
  overview: customerProcedure.query(({ ctx }) => readAccess(ctx)),

  /** What stands around every page. */
  frame: customerProcedure.query(async ({ ctx }) => {
    const { viewer } = ctx.scope
    const view = await readAccess(ctx)
    const environment = ctx.settings.mode
    return {
      startMs: view.asOfMs,
      customer: {
        id: view.customer.id,
        name: view.customer.name,
        tier: view.tier.title,
        zone: view.timeZone,
        viewer: {
          name: viewer.name,
          email: viewer.email,
          role: ctx.scope.role,
          may: permissionsOf(ctx.scope.role),
          staffRole: viewer.staffRole,
        },
        memberships: viewer.memberships.map(({ customer, customerName, role }) => ({ customer, customerName, role })),
        environment,
      },
    }
  }),

  settlement: customerProcedure.query(({ ctx }) => settlementStanding(ctx.engine, ctx.scope.customer)),

  live: customerProcedure
    .input(z.object({ lastEventId: z.string().max(64).nullish() }))
    .subscription(({ ctx, input, signal }) => {
      const ends = [signal, ctx.settings.drain].filter((one): one is AbortSignal => one instanceof AbortSignal)
      return liveChanges(ctx.engine, ctx.scope.customer, {
        lastEventId: input.lastEventId ?? null,
        signal: AbortSignal.any(ends),
        stillMay: async () => (await ctx.viewerNow())?.membership?.customer === ctx.scope.customer,
      })
    }),
})

async function readAccess({ engine, scope }: { engine: Engine; scope: CustomerScope }) {
  const view = await accessView(engine, scope.customer)
  if (view === null) throw new TRPCError({ code: 'NOT_FOUND', message: 'This customer is no longer here.' })
  return view
}
