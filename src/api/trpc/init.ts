import { initTRPC, TRPCError } from '@trpc/server'
import superjson from 'superjson'
import { customerScope, type Viewer } from '../../auth/scope.ts'
import type { Engine } from '../../services/engine.ts'
import type { PortalSettings } from './engine-holder.ts'
import { reportError } from './report-error.ts'

export interface Context {
  readonly engine: Engine
  readonly settings: PortalSettings
  /** Read only by procedures that ask for it. */
  viewer(): Promise<Viewer | null>
}

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  isDev: false,
  // A gap of this length means that the stream is cut: the client says stale within 5 s.
  sse: { ping: { enabled: true, intervalMs: 1_500 }, client: { reconnectAfterInactivityMs: 4_000 } },
  // An unforeseen error's text may name tables, hosts or customers: it goes to the log, not to the browser.
  errorFormatter: ({ shape, error }) =>
    error.code === 'INTERNAL_SERVER_ERROR'
      ? { ...shape, message: 'Something failed on our side. Nothing was changed.' }
      : shape,
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Runs for anybody. Here and not in the route: pages call procedures without one. */
export const publicProcedure = t.procedure.use(async ({ next, path }) => {
  const result = await next()
  if (!result.ok) reportError(result.error, path)
  return result
})

/** Runs only for a signed-in person, with the proven scope of the one customer they belong to. */
export const customerProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const viewer = await ctx.viewer()
  if (viewer === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to see this.' })
  return next({ ctx: { engine: ctx.engine, settings: ctx.settings, scope: customerScope(viewer) } })
})
