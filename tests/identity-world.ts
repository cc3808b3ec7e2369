import { type TestClock, testClock } from '../src/adapters/system/test-clock.ts'
import type { PortalSettings } from '../src/api/trpc/engine-holder.ts'
import { createCallerFactory } from '../src/api/trpc/init.ts'
import { appRouter } from '../src/api/trpc/router.ts'
import { freshViewer } from '../src/auth/fresh.ts'
import type { Role, StaffRole } from '../src/core/identity/roles.ts'
import type { BuiltEngine } from '../src/main/container.ts'
import { buildMemoryEngine } from '../src/main/memory-container.ts'
import type { User } from '../src/ports/identity-store.ts'
import type { Engine } from '../src/services/engine.ts'
import { createCustomer } from '../src/services/customer/create.ts'
import { ensurePerson } from '../src/services/identity/ensure-person.ts'
import { openSession } from '../src/services/identity/open-session.ts'
import { TEST_POLICY } from './api/policy.ts'

const ACTOR = { kind: 'system', job: 'test' } as const
export const ADDRESS = '192.0.2.1'
export const PASSWORD = 'a short sentence'

export const SETTINGS: PortalSettings = {
  mode: 'production',
  secureCookies: false,
  drain: null,
  personas: [],
  origin: 'https://spillway.example',
  oidc: null,
  forgetKey: () => {},
  outbox: false,
}

export type Caller = ReturnType<ReturnType<typeof createCallerFactory<typeof appRouter._def.record>>>

/** People and customers over an engine of its own, and calls as one of them, each on a session read anew. */
export interface IdentityWorld {
  readonly engine: Engine
  readonly built: BuiltEngine
  readonly clock: TestClock
  customer(name: string): Promise<string>
  person(
    email: string,
    more?: { staffRole?: StaffRole; memberships?: readonly { customer: string; role: Role }[]; password?: boolean },
  ): Promise<User>
  /** The token of a new session. */
  session(user: User, customer?: string): Promise<string>
  /** Null: nobody is signed in. */
  as(token: string | null): Caller
  /** Links in the mails to this address, the latest first, as paths. */
  mailedTo(email: string): Promise<readonly string[]>
}

export async function identityWorld(settings: Partial<PortalSettings> = {}): Promise<IdentityWorld> {
  const clock = testClock(Date.UTC(2026, 10, 20, 12))
  const built = await buildMemoryEngine({
    clock,
    secret: 'a secret of the tests, long enough',
    firstPolicy: async () => TEST_POLICY,
    onFault: (fault) => {
      throw fault
    },
  })
  const { engine } = built
  const passwordHash = await engine.passwords.hash(PASSWORD)
  const running = { ...SETTINGS, forgetKey: (id: string) => built.authenticator.forget(id), ...settings }
  const create = createCallerFactory(appRouter)

  return {
    engine,
    built,
    clock,
    async customer(name) {
      const made = await createCustomer(engine, {
        externalId: null,
        name,
        kind: 'organization',
        tier: 'small',
        timeZone: 'UTC',
        consent: 'off',
        actor: ACTOR,
      })
      if (made.kind !== 'created') throw new Error(made.kind)
      return made.customer
    },
    async person(email, { staffRole, memberships = [], password = false } = {}) {
      const user = await ensurePerson(engine, {
        email,
        name: email.split('@')[0] ?? '',
        staffRole: staffRole ?? null,
        memberships,
        actor: ACTOR,
      })
      if (password) {
        const audit = { id: engine.ids.next('aud', clock.nowMs()), actor: ACTOR, action: 'user.set_password' }
        await engine.identity.setPassword(
          { user: user.id, passwordHash, keep: null, atMs: clock.nowMs() },
          { ...audit, target: user.id, customer: null, reason: null, detail: {}, atMs: clock.nowMs() },
        )
      }
      return user
    },
    async session(user, customer) {
      const opened = await openSession(engine, {
        user: user.id,
        method: 'password',
        agent: 'Firefox',
        customer: customer ?? null,
        replaces: null,
      })
      return opened.token
    },
    as(token) {
      const viewer = () => freshViewer(engine, { token: token ?? undefined, mode: running.mode })
      return create({ engine, settings: running, viewer, viewerNow: viewer, address: async () => ADDRESS })
    },
    async mailedTo(email) {
      const mails = await engine.mails.latest(100)
      return mails
        .filter(({ to }) => to === email)
        .map(({ content }) => ('link' in content ? new URL(content.link).pathname : ''))
    },
  }
}

/** `UNAUTHORIZED`, `FORBIDDEN`, ... or `ok`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string') throw error
    return code
  }
}
