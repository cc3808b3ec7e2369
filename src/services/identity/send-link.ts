import { emailOf, SET_PASSWORD_LINK_MS, SIGN_IN_LINK_MS } from '../../core/identity/sign-in-rules.ts'
import type { LinkPurpose, User } from '../../ports/identity-store.ts'
import { countAttempt } from './attempts.ts'
import type { IdentityEngine, MailingEngine } from './identity-engine.ts'
import { newToken } from './token.ts'

export interface SendLinkInput {
  readonly email: string
  readonly purpose: LinkPurpose
  readonly address: string
  /** A path of ours where the person wanted to go. */
  readonly next: string
}

/** `sent` says nothing about whether anybody has this address. */
export type SendLinkAnswer =
  | { readonly kind: 'sent' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'no_address' }

/** Mails a link that works once, to whoever has this address; nobody else learns whether somebody does. */
export async function sendLink(engine: MailingEngine, input: SendLinkInput): Promise<SendLinkAnswer> {
  const email = emailOf(input.email)
  if (email === null) return { kind: 'no_address' }
  const retryAfterMs = await countAttempt(engine, { kind: 'link', email, address: input.address })
  if (retryAfterMs !== null) return { kind: 'throttled', retryAfterMs }
  const user = await engine.identity.userByEmail(email)
  if (user === null) return { kind: 'sent' }
  const { path, expiresAtMs, tokenHash } = await makeLink(engine, { user, purpose: input.purpose, next: input.next })
  await engine.mailer.queue({
    key: `link:${tokenHash}`,
    to: user.email,
    customer: null,
    content: { template: MAIL[input.purpose], link: `${engine.origin}${path}`, expiresAtMs },
  })
  return { kind: 'sent' }
}

const PAGE = { sign_in: '/sign-in/link', set_password: '/set-password' } as const satisfies Record<LinkPurpose, string>
const MAIL = { sign_in: 'sign_in_link', set_password: 'set_password_link' } as const
const LIVES_MS = { sign_in: SIGN_IN_LINK_MS, set_password: SET_PASSWORD_LINK_MS } as const

/** A link for somebody, as a path. Its page asks for a click, because mail scanners open links too. */
export async function makeLink(
  engine: IdentityEngine,
  { user, purpose, next }: { readonly user: User; readonly purpose: LinkPurpose; readonly next: string },
): Promise<{ readonly path: string; readonly tokenHash: string; readonly expiresAtMs: number }> {
  const token = newToken()
  const tokenHash = engine.hash(token)
  const createdAtMs = engine.clock.nowMs()
  const expiresAtMs = createdAtMs + LIVES_MS[purpose]
  await engine.identity.makeLink({ tokenHash, purpose, user: user.id, createdAtMs, expiresAtMs })
  const onwards = next === '' ? '' : `?next=${encodeURIComponent(next)}`
  return { path: `${PAGE[purpose]}/${token}${onwards}`, tokenHash, expiresAtMs }
}
