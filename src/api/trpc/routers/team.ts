import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { isZone } from '../../../core/shared/calendar.ts'
import { may, ROLES } from '../../../core/identity/roles.ts'
import { updateCustomer } from '../../../services/customer/update.ts'
import { changeMember } from '../../../services/identity/change-member.ts'
import { invite } from '../../../services/identity/invite.ts'
import { revokeInvitation } from '../../../services/identity/revoke-invitation.ts'
import { customerMay, customerProcedure, router } from '../init.ts'
import { mailing } from '../mailing.ts'
import { customerName } from '../names.ts'

const role = z.enum(ROLES)
const user = z.string().max(64)

const LAST_OWNER = new TRPCError({
  code: 'CONFLICT',
  message: 'A customer keeps at least one owner. Make somebody else an owner first.',
})
const missing = (what: string) => new TRPCError({ code: 'NOT_FOUND', message: `There is no such ${what}.` })

export const teamRouter = router({
  list: customerMay('team.read').query(async ({ ctx }) => {
    const { customer, role, viewer } = ctx.scope
    const nowMs = ctx.engine.clock.nowMs()
    const [members, open] = await Promise.all([
      ctx.engine.identity.members(customer),
      ctx.engine.identity.invitations(customer, nowMs),
    ])
    return {
      members: members.map((member) => ({ ...member, self: member.user === viewer.id })),
      invitations: open.map(({ id, email, role, expiresAtMs }) => ({ id, email, role, expiresAtMs })),
      manages: may(role, 'team.manage'),
    }
  }),

  invite: customerMay('team.manage')
    .input(z.strictObject({ email: z.string().max(320), role }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const seen = await ctx.engine.readers.customer(customer)
      if (seen === null) throw missing('customer')
      const answer = await invite(mailing(ctx), {
        customer: { id: customer, name: seen.customer.name },
        by: { id: viewer.id, name: viewer.name },
        ...input,
      })
      switch (answer.kind) {
        case 'invited':
          return { id: answer.invitation.id, email: answer.invitation.email }
        case 'no_address':
          throw new TRPCError({ code: 'BAD_REQUEST', message: 'That is no e-mail address.' })
        case 'member_already':
          throw new TRPCError({ code: 'CONFLICT', message: 'Somebody with this address is a member already.' })
        case 'too_many':
          throw new TRPCError({ code: 'CONFLICT', message: 'A team has at most 500 members and open invitations.' })
      }
    }),

  revokeInvitation: customerMay('team.manage')
    .input(z.strictObject({ invitation: z.string().max(64) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      if (!(await revokeInvitation(ctx.engine, { ...input, customer, by: viewer.id }))) throw missing('invitation')
      return input
    }),

  changeRole: customerMay('team.manage')
    .input(z.strictObject({ user, role }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await changeMember(ctx.engine, { customer, ...input, by: viewer.id })
      if (outcome === 'unknown') throw missing('member')
      if (outcome === 'last_owner') throw LAST_OWNER
      return input
    }),

  remove: customerMay('team.manage')
    .input(z.strictObject({ user }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await changeMember(ctx.engine, { customer, ...input, role: null, by: viewer.id })
      if (outcome === 'unknown') throw missing('member')
      if (outcome === 'last_owner') throw LAST_OWNER
      return input
    }),

  /** Whoever is a member may stop being one. */
  leave: customerProcedure.mutation(async ({ ctx }) => {
    const { customer, viewer } = ctx.scope
    const outcome = await changeMember(ctx.engine, { customer, user: viewer.id, role: null, by: viewer.id })
    if (outcome === 'last_owner') throw LAST_OWNER
    return { customer }
  }),

  customer: customerMay('access.read').query(async ({ ctx }) => {
    const seen = await ctx.engine.readers.customer(ctx.scope.customer)
    if (seen === null) throw missing('customer')
    const { customer, state } = seen
    return {
      id: customer.id,
      name: customer.name,
      kind: customer.kind,
      timeZone: state.profile.timeZone,
      changes: may(ctx.scope.role, 'customer.change'),
    }
  }),

  changeCustomer: customerMay('customer.change')
    .input(
      z.strictObject({
        name: customerName,
        timeZone: z.string().max(64).refine(isZone, 'There is no such time zone.'),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await updateCustomer(ctx.engine, {
        customer,
        change: input,
        reason: null,
        actor: { kind: 'user', id: viewer.id },
        idempotencyKey: null,
      })
      if (outcome.kind !== 'answered')
        throw new TRPCError({ code: 'CONFLICT', message: 'That was not changed. Try again.' })
      return input
    }),
})
