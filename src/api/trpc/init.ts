import { initTRPC, TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { customerScope, mayIn, mayOnStaff, staffScope, type Viewer } from '../../auth/scope.ts'
import type { Permission, StaffPermission } from '../../core/identity/roles.ts'
import { wire } from '../../core/shared/wire.ts'
import type { Engine } from '../../services/engine.ts'
import type { PortalSettings } from './engine-holder.ts'
import { reportError } from './report-error.ts'

export interface Context {
  readonly engine: Engine
  readonly settings: PortalSettings
  /** Read only by procedures that ask for it. */
  viewer(): Promise<Viewer | null>
  /** The same, read anew: for what goes on for longer than a call. */
  viewerNow(): Promise<Viewer | null>
  /** Where the request came from, as the server saw it. */
  address(): Promise<string>
}

const t = initTRPC.context<Context>().create({
  transformer: wire,
  isDev: false,
  // A gap of this length means that the stream is cut: the client says stale within 5 s.
  sse: { ping: { enabled: true, intervalMs: 1_500 }, client: { reconnectAfterInactivityMs: 4_000 } },
  // An unforeseen error's text may name tables, hosts or customers: it goes to the log, not to the browser.
  errorFormatter: ({ shape, error }) => {
    if (error.code === 'INTERNAL_SERVER_ERROR')
      return { ...shape, message: 'Something failed on our side. Nothing was changed.' }
    // one sentence for whoever wrote it, instead of all findings as JSON
    return error.cause instanceof ZodError
      ? { ...shape, message: error.cause.issues[0]?.message ?? shape.message }
      : shape
  },
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Runs for anybody. Here and not in the route: pages call procedures without one. */
export const publicProcedure = t.procedure.use(async ({ next, path }) => {
  const result = await next()
  if (!result.ok) reportError(result.error, path)
  return result
})

/** Runs only for a signed-in person. */
export const userProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const viewer = await ctx.viewer()
  if (viewer === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to see this.' })
  return next({ ctx: { engine: ctx.engine, settings: ctx.settings, viewer } })
})

/** Runs only for a member of a customer, with the proven scope of the one where they are. */
export const customerProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const viewer = await ctx.viewer()
  if (viewer === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to see this.' })
  const scope = customerScope(viewer)
  if (scope === null) throw new TRPCError({ code: 'FORBIDDEN', message: 'You are a member of no customer.' })
  return next({ ctx: { ...ctx, scope } })
})

/** Runs only for members whose role allows it: the table is `core/identity/roles`. */
export const customerMay = (permission: Permission) =>
  customerProcedure.use(({ ctx, next }) => {
    if (!mayIn(ctx.scope, permission))
      throw new TRPCError({ code: 'FORBIDDEN', message: `Your role here (${ctx.scope.role}) does not allow this.` })
    return next({ ctx })
  })

/** Runs only for staff whose role allows it, with their proven scope. @public */
export const staffMay = (permission: StaffPermission) =>
  publicProcedure.use(async ({ ctx, next }) => {
    const viewer = await ctx.viewer()
    if (viewer === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to see this.' })
    const staff = staffScope(viewer)
    if (staff === null || !mayOnStaff(staff, permission))
      throw new TRPCError({ code: 'FORBIDDEN', message: 'This is for staff with another role.' })
    return next({ ctx: { ...ctx, staff } })
  })
