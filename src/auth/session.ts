import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { isId } from '../core/shared/ids.ts'
import { ROLES, type Viewer } from './scope.ts'

export const SESSION_MS = 12 * 3_600_000

/** `__Host-` binds the cookie to this host and to https; plain http (a local demo) cannot set it. */
export const sessionCookieName = (secure: boolean): string => (secure ? '__Host-spillway' : 'spillway')

const content = z.strictObject({
  v: z.literal(1),
  id: z.string().min(1).max(128),
  name: z.string().min(1).max(200),
  role: z.enum(ROLES),
  customer: z.string().refine((text) => isId(text, 'cus')),
  signedInBy: z.literal('demo'),
  expiresAtMs: z.number().int(),
})

/** `<payload>.<HMAC-SHA-256>`, both base64url. */
export function mintSession(viewer: Viewer, keys: { secret: string; nowMs: number }): string {
  const { id, name, role, customer, signedInBy } = viewer
  const body = { v: 1, id, name, role, customer, signedInBy, expiresAtMs: keys.nowMs + SESSION_MS }
  const payload = Buffer.from(JSON.stringify(body)).toString('base64url')
  return `${payload}.${sign(payload, keys.secret)}`
}

/** Null for anything but a session that this secret signed and that has not ended; a demo session also ends with demo mode. */
export function readSession(
  token: string | undefined,
  keys: { secret: string; nowMs: number; demo: boolean },
): Viewer | null {
  if (token === undefined || token.length > 4096) return null
  const [payload, signature, ...rest] = token.split('.')
  if (payload === undefined || signature === undefined || rest.length > 0) return null
  const expected = Buffer.from(sign(payload, keys.secret))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null
  const parsed = content.safeParse(parseJson(payload))
  if (!parsed.success || parsed.data.expiresAtMs <= keys.nowMs) return null
  if (parsed.data.signedInBy === 'demo' && !keys.demo) return null
  const { id, name, role, customer, signedInBy } = parsed.data
  return { id, name, role, customer, signedInBy }
}

/** The secret also signs other things: the prefix keeps a signature of one kind from passing as another. */
const sign = (payload: string, secret: string): string =>
  createHmac('sha256', secret).update(`session\n${payload}`).digest('base64url')

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
