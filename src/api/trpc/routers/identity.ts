import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { pathOnly } from '../../../core/shared/next-path.ts'
import { acceptInvitation, readInvitation } from '../../../services/identity/accept-invitation.ts'
import { endSession } from '../../../services/identity/end-session.ts'
import { rename } from '../../../services/identity/rename.ts'
import { sendLink } from '../../../services/identity/send-link.ts'
import { changePassword, setPasswordByLink } from '../../../services/identity/set-password.ts'
import { linkHolder } from '../../../services/identity/sign-in-by-link.ts'
import { publicProcedure, router, userProcedure } from '../init.ts'
import { mailing } from '../mailing.ts'
import { personName } from '../names.ts'

const email = z.string().max(320)
const password = z.string().max(1_024)
const token = z.string().max(64)

const tooMany = (retryAfterMs: number) =>
  new TRPCError({
    code: 'TOO_MANY_REQUESTS',
    message: `Too many attempts. Try again in ${Math.ceil(retryAfterMs / 60_000)} minutes.`,
  })
const gone = (what: string) =>
  new TRPCError({ code: 'NOT_FOUND', message: `This ${what} was used, has expired, or never was.` })

export const identityRouter = router({
  /** In which ways one may sign in here. */
  methods: publicProcedure.query(({ ctx }) => ({
    provider: ctx.settings.oidc?.name ?? null,
    demo: ctx.settings.mode === 'demo',
  })),

  me: userProcedure.query(({ ctx: { viewer } }) => viewer),

  /** Answers alike whether or not somebody has the address. */
  sendLink: publicProcedure
    .input(
      z.strictObject({ email, purpose: z.enum(['sign_in', 'set_password']), next: z.string().max(500).default('') }),
    )
    .mutation(async ({ ctx, input }) => {
      const answer = await sendLink(mailing(ctx), {
        email: input.email,
        purpose: input.purpose,
        next: pathOnly(input.next, ''),
        address: await ctx.address(),
      })
      if (answer.kind === 'throttled') throw tooMany(answer.retryAfterMs)
      if (answer.kind === 'no_address')
        throw new TRPCError({ code: 'BAD_REQUEST', message: 'That is no e-mail address.' })
      return { kind: 'sent' as const }
    }),

  /** Whose a link is; it is not used up. */
  link: publicProcedure
    .input(z.strictObject({ token, purpose: z.enum(['sign_in', 'set_password']) }))
    .query(async ({ ctx, input }) => {
      const holder = await linkHolder(ctx.engine, input)
      if (holder === null) throw gone('link')
      return { name: holder.name, email: holder.email, hasPassword: holder.passwordHash !== null }
    }),

  setPasswordByLink: publicProcedure.input(z.strictObject({ token, password })).mutation(async ({ ctx, input }) => {
    const answer = await setPasswordByLink(ctx.engine, input)
    if (answer.kind === 'over') throw gone('link')
    return answer.kind === 'set' ? { kind: 'set' as const, email: answer.user.email } : answer
  }),

  invitation: publicProcedure.input(z.strictObject({ token })).query(async ({ ctx, input }) => {
    const read = await readInvitation(ctx.engine, input.token)
    if (read === null) throw gone('invitation')
    const { invitation, invited, by } = read
    const seen = await ctx.engine.readers.customer(invitation.customer)
    return {
      customerName: seen?.customer.name ?? '',
      role: invitation.role,
      email: invitation.email,
      invitedBy: by?.name ?? '',
      expiresAtMs: invitation.expiresAtMs,
      /** They sign in first; somebody new sets a name and a password. */
      known: invited !== null,
    }
  }),

  acceptInvitation: publicProcedure
    .input(
      z.strictObject({
        token,
        newcomer: z.strictObject({ name: personName, password }).nullable(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const viewer = await ctx.viewer()
      const user = viewer === null ? null : await ctx.engine.identity.userById(viewer.id)
      if (input.newcomer === null && user === null)
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in to accept this.' })
      const answer = await acceptInvitation(ctx.engine, {
        token: input.token,
        by:
          input.newcomer !== null
            ? { kind: 'newcomer', ...input.newcomer }
            : { kind: 'user', user: user as NonNullable<typeof user> },
      })
      if (answer.kind === 'over') throw gone('invitation')
      if (answer.kind !== 'accepted') return answer
      if (viewer !== null && input.newcomer === null)
        await ctx.engine.identity.choose(viewer.session, answer.invitation.customer)
      return { kind: 'accepted' as const, email: answer.user.email }
    }),

  signOut: userProcedure.mutation(({ ctx }) =>
    endSession(ctx.engine, { session: ctx.viewer.session, user: ctx.viewer.id }),
  ),

  /** Another customer of one's own becomes the one that pages show. */
  choose: userProcedure.input(z.strictObject({ customer: z.string().max(64) })).mutation(async ({ ctx, input }) => {
    if (!ctx.viewer.memberships.some(({ customer }) => customer === input.customer))
      throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such customer.' })
    await ctx.engine.identity.choose(ctx.viewer.session, input.customer)
    return { customer: input.customer }
  }),

  sessions: userProcedure.query(async ({ ctx }) => {
    const found = await ctx.engine.identity.sessionsOf(ctx.viewer.id, ctx.engine.clock.nowMs())
    return found.map(({ id, method, agent, createdAtMs, seenAtMs, expiresAtMs }) => ({
      id,
      method,
      agent,
      createdAtMs,
      seenAtMs,
      expiresAtMs,
      current: id === ctx.viewer.session,
    }))
  }),

  endSession: userProcedure.input(z.strictObject({ session: z.string().max(64) })).mutation(async ({ ctx, input }) => {
    if (!(await endSession(ctx.engine, { session: input.session, user: ctx.viewer.id })))
      throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such session.' })
    return { session: input.session }
  }),

  rename: userProcedure.input(z.strictObject({ name: personName })).mutation(async ({ ctx, input }) => {
    await rename(ctx.engine, { user: ctx.viewer.id, name: input.name })
    return input
  }),

  /** Every other session of the person ends. */
  changePassword: userProcedure
    .input(z.strictObject({ current: password, password }))
    .mutation(async ({ ctx, input }) => {
      const { id: user, session } = ctx.viewer
      const answer = await changePassword(ctx.engine, { user, session, ...input, address: await ctx.address() })
      if (answer.kind === 'throttled') throw tooMany(answer.retryAfterMs)
      return answer
    }),
})
