import 'server-only'
import NextAuth from 'next-auth'
import { cookies, headers } from 'next/headers'
import type { IdentityEngine } from '../services/identity/identity-engine.ts'
import { type AuthSettings, authConfig, NotRecognised, SignInThrottled } from './config.ts'
import { addressOf, sessionCookieName } from './session.ts'

interface Running {
  readonly engine: IdentityEngine
  readonly settings: AuthSettings
}

/** Auth.js as Next runs it; `running` is asked at each request, because modules load before there is an engine. */
export function nextAuth(running: () => Running) {
  return NextAuth(async () => {
    const { engine, settings } = running()
    const [said, jar] = await Promise.all([headers(), cookies()])
    return authConfig(engine, settings, {
      address: addressOf(said),
      agent: said.get('user-agent') ?? '',
      replaces: jar.get(sessionCookieName(settings.secureCookies))?.value ?? null,
    })
  })
}

export type SignedIn =
  | { readonly kind: 'signed_in' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'failed' }

/** Signs in with what was given and sets the cookie; what did not work, as a value. */
export async function signInWith(
  { signIn }: ReturnType<typeof nextAuth>,
  provider: 'password' | 'link' | 'persona',
  given: Readonly<Record<string, string>>,
): Promise<SignedIn> {
  try {
    const led = String(await signIn(provider, { ...given, redirect: false, redirectTo: '/app' }))
    return /[?&]error=/.test(led) ? { kind: 'failed' } : { kind: 'signed_in' }
  } catch (error) {
    if (error instanceof SignInThrottled) return { kind: 'throttled', retryAfterMs: error.retryAfterMs }
    if (error instanceof NotRecognised) return { kind: 'refused' }
    return { kind: 'failed' }
  }
}
