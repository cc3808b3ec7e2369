import { TRPCError } from '@trpc/server'
import { z } from 'zod'
import { may } from '../../../core/identity/roles.ts'
import type { ApiKey } from '../../../ports/key-store.ts'
import { createKey, CUSTOMER_SCOPES } from '../../../services/key/create.ts'
import { revokeKey } from '../../../services/key/revoke.ts'
import { rotateKey } from '../../../services/key/rotate.ts'
import type { Context } from '../init.ts'
import { customerMay, router } from '../init.ts'
import { keyName } from '../names.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const key = z.string().max(64)
const missing = new TRPCError({ code: 'NOT_FOUND', message: 'There is no such key, or it has ended.' })

/** As the page shows it: never the hash, and the secret only in the answer that made it. */
const shown = (one: ApiKey, nowMs: number) => ({
  id: one.id,
  name: one.name,
  prefix: one.prefix,
  scopes: one.scopes,
  createdAtMs: one.createdAtMs,
  lastUsedAtMs: one.lastUsedAtMs,
  expiresAtMs: one.expiresAtMs,
  revokedAtMs: one.revokedAtMs,
  standing:
    one.revokedAtMs !== null
      ? ('revoked' as const)
      : one.expiresAtMs !== null && one.expiresAtMs <= nowMs
        ? ('expired' as const)
        : ('live' as const),
})

const forgetting = ({ engine, settings }: Pick<Context, 'engine' | 'settings'>) => ({
  ...engine,
  authenticator: { forget: settings.forgetKey },
})

export const keysRouter = router({
  /** The customer's own keys, newest first. */
  list: customerMay('key.read').query(async ({ ctx }) => {
    const nowMs = ctx.engine.clock.nowMs()
    const keys = await ctx.engine.keys.list(ctx.scope.customer)
    return { keys: keys.map((one) => shown(one, nowMs)), manages: may(ctx.scope.role, 'key.manage') }
  }),

  /** The answer holds the secret, this once. */
  create: customerMay('key.manage')
    .input(
      z.strictObject({
        name: keyName,
        scopes: z.array(z.enum(CUSTOMER_SCOPES)).min(1).max(CUSTOMER_SCOPES.length),
        days: z.number().int().min(1).max(3_650).nullable(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const nowMs = ctx.engine.clock.nowMs()
      const made = await createKey(ctx.engine, {
        customer,
        name: input.name,
        scopes: input.scopes,
        expiresAtMs: input.days === null ? null : nowMs + input.days * DAY_MS,
        actor: { kind: 'user', id: viewer.id },
        reason: null,
      })
      if (made.kind === 'refused')
        throw new TRPCError({ code: 'BAD_REQUEST', message: `No key was made: ${made.why.replaceAll('_', ' ')}.` })
      return { key: shown(made.key, nowMs), secret: made.secret }
    }),

  /** A new secret beside the old one, which goes on for `overlapHours`. */
  rotate: customerMay('key.manage')
    .input(z.strictObject({ key, overlapHours: z.number().int().min(0).max(720) }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await rotateKey(forgetting(ctx), {
        key: input.key,
        customer,
        overlapMs: input.overlapHours * HOUR_MS,
        actor: { kind: 'user', id: viewer.id },
      })
      if (outcome.kind !== 'rotated') throw missing
      return {
        key: shown(outcome.key, ctx.engine.clock.nowMs()),
        secret: outcome.secret,
        oldEndsAtMs: outcome.oldEndsAtMs,
      }
    }),

  revoke: customerMay('key.manage')
    .input(z.strictObject({ key }))
    .mutation(async ({ ctx, input }) => {
      const { customer, viewer } = ctx.scope
      const outcome = await revokeKey(forgetting(ctx), {
        key: input.key,
        customer,
        actor: { kind: 'user', id: viewer.id },
        reason: null,
      })
      if (outcome !== 'revoked') throw missing
      return input
    }),
})
