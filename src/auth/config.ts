import type { AuthConfig } from '@auth/core'
import { CredentialsSignin } from '@auth/core/errors'
import Credentials from '@auth/core/providers/credentials'
import { SESSION_MS } from '../core/identity/sign-in-rules.ts'
import { isId } from '../core/shared/ids.ts'
import { pathOnly } from '../core/shared/next-path.ts'
import type { SignInMethod } from '../ports/identity-store.ts'
import type { IdentityEngine } from '../services/identity/identity-engine.ts'
import { openSession } from '../services/identity/open-session.ts'
import { signInByLink } from '../services/identity/sign-in-by-link.ts'
import { signInByPassword } from '../services/identity/sign-in-by-password.ts'
import { signInByProvider } from '../services/identity/sign-in-by-provider.ts'
import { sessionCookie } from './session.ts'

/** An OpenID Connect provider, by its issuer's address alone. */
export interface OidcProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** As the button names it. */
  readonly name: string
}

export interface AuthSettings {
  readonly secret: string
  readonly secureCookies: boolean
  readonly oidc: OidcProvider | null
  /** Makes sure that a demo persona is there and says who it is; null: there are none here. */
  readonly persona: ((name: string) => Promise<string | null>) | null
}

/** What is known of the request that signs in. */
export interface RequestFacts {
  readonly address: string
  readonly agent: string
  /** Token of the session that the browser has so far. */
  readonly replaces: string | null
}

/** Nobody recognised: one answer for every reason. */
export class NotRecognised extends CredentialsSignin {
  override code = 'refused'
}

export class SignInThrottled extends CredentialsSignin {
  readonly retryAfterMs: number
  constructor(retryAfterMs: number) {
    super()
    this.retryAfterMs = retryAfterMs
    this.code = `throttled_${Math.ceil(retryAfterMs / 1000)}`
  }
}

const METHODS = { password: 'password', link: 'link', oidc: 'oidc', persona: 'demo' } as const satisfies Record<
  string,
  SignInMethod
>

/**
 * Auth.js recognises people and sets the cookie; sessions are ours. Its token is no JWT but the random token of a session
 * row, made when somebody was recognised and at no other time, so that the row alone decides whether it lives.
 */
export function authConfig(engine: IdentityEngine, settings: AuthSettings, facts: RequestFacts): AuthConfig {
  const { secureCookies, oidc, persona } = settings
  return {
    secret: settings.secret,
    basePath: '/api/auth',
    trustHost: true,
    useSecureCookies: secureCookies,
    cookies: { sessionToken: sessionCookie(secureCookies) },
    session: { strategy: 'jwt', maxAge: SESSION_MS / 1000 },
    jwt: {
      encode: async ({ token }) => (typeof token?.['session'] === 'string' ? token['session'] : ''),
      decode: async ({ token }) => (token === undefined || token === '' ? null : { session: token }),
    },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
    providers: [
      Credentials({
        id: 'password',
        credentials: { email: {}, password: {} },
        async authorize({ email, password }) {
          const answer = await signInByPassword(engine, {
            email: textOf(email),
            password: textOf(password),
            address: facts.address,
          })
          if (answer.kind === 'throttled') throw new SignInThrottled(answer.retryAfterMs)
          if (answer.kind === 'refused') throw new NotRecognised()
          return { id: answer.user.id }
        },
      }),
      Credentials({
        id: 'link',
        credentials: { token: {} },
        async authorize({ token }) {
          const user = await signInByLink(engine, textOf(token))
          if (user === null) throw new NotRecognised()
          return { id: user.id }
        },
      }),
      ...(persona === null ? [] : [personaProvider(persona)]),
      ...(oidc === null ? [] : [oidcProvider(oidc)]),
    ],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== 'oidc') return true
        const recognised = await signInByProvider(engine, {
          issuer: oidc?.issuer ?? '',
          subject: account.providerAccountId,
          email: typeof profile?.email === 'string' ? profile.email : null,
          emailVerified: profile?.email_verified === true,
        })
        if (recognised === null) return '/sign-in?error=not_invited'
        user.id = recognised.id
        return true
      },
      /** Called with an account only when somebody was just recognised. */
      async jwt({ user, account }) {
        const method = METHODS[(account?.provider ?? '') as keyof typeof METHODS]
        if (method === undefined || !isId(user?.id ?? '', 'usr')) return null
        const { token } = await openSession(engine, {
          user: user.id as string,
          method,
          customer: null,
          agent: facts.agent,
          replaces: facts.replaces,
        })
        return { session: token }
      },
      redirect({ url, baseUrl }) {
        const path = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url
        // Where Auth.js itself leads after a refusal, else only where people may want to go.
        return path.startsWith('/sign-in') && !path.startsWith('//')
          ? `${baseUrl}${path}`
          : `${baseUrl}${pathOnly(path, '/app')}`
      },
    },
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const personaProvider = (persona: (name: string) => Promise<string | null>) =>
  Credentials({
    id: 'persona',
    credentials: { persona: {} },
    async authorize({ persona: name }) {
      const id = await persona(textOf(name))
      if (id === null) throw new NotRecognised()
      return { id }
    },
  })

const oidcProvider = ({ issuer, clientId, clientSecret, name }: OidcProvider) => ({
  id: 'oidc' as const,
  type: 'oidc' as const,
  name,
  issuer,
  clientId,
  clientSecret,
  checks: ['pkce' as const, 'state' as const, 'nonce' as const],
  authorization: { params: { scope: 'openid email profile' } },
  profile: (claims: { sub?: string | null }) => ({ id: claims.sub ?? '' }),
})
