import { SESSION_MS } from '../core/identity/sign-in-rules.ts'

/** `__Host-` binds the cookie to this host and to https; plain http (a local demo) cannot set it. */
export const sessionCookieName = (secure: boolean): string => (secure ? '__Host-spillway' : 'spillway')

export const sessionCookie = (secure: boolean) => ({
  name: sessionCookieName(secure),
  options: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: SESSION_MS / 1000 } as const,
})

/** Where the server says a request came from; what a client claims in a header of its own is overwritten there. */
export const ADDRESS_HEADER = 'x-spillway-address'

export const addressOf = (said: { get(name: string): string | null }): string => said.get(ADDRESS_HEADER) ?? 'unknown'
