/** Failures that are answered; the next one within the window is told to wait. */
export const FAILURES_OF_ACCOUNT = 5
/** More than of an account: an office shares one address. */
export const FAILURES_OF_ADDRESS = 20
export const FAILURE_WINDOW_MS = 15 * 60_000

export const SESSION_MS = 7 * 86_400_000
/** A session that nobody uses for so long is over. */
export const IDLE_MS = 24 * 3_600_000
/** "Last seen" is written at most so often. */
export const SEEN_EVERY_MS = 60_000

export const SIGN_IN_LINK_MS = 15 * 60_000
export const SET_PASSWORD_LINK_MS = 24 * 3_600_000
export const INVITATION_MS = 7 * 86_400_000

export const SHORTEST_PASSWORD = 12
/** Characters. Longer is refused and never cut off; a bound, because hashing costs in proportion. */
export const LONGEST_PASSWORD = 256

export type PasswordProblem = 'too_short' | 'too_long' | 'is_the_address' | 'one_character'

/** Length is what counts; what is refused beside it is what guessers try first. */
export function passwordProblem(password: string, email: string): PasswordProblem | null {
  const length = Array.from(password).length
  if (length < SHORTEST_PASSWORD) return 'too_short'
  if (length > LONGEST_PASSWORD) return 'too_long'
  const lower = password.toLowerCase()
  if (lower === email || lower === email.split('@')[0]) return 'is_the_address'
  if (new Set(lower).size < 4) return 'one_character'
  return null
}

/** The one spelling under which an address is kept and looked for; null when it is none. */
export function emailOf(text: string): string | null {
  const email = text.trim().normalize('NFC').toLowerCase()
  return email.length <= 254 && /^[^\s@"<>\\,;:]+@[^\s@"<>\\,;:.]+(\.[^\s@"<>\\,;:.]+)+$/.test(email) ? email : null
}

/** Where demo personas have their addresses: no mail reaches it. */
const DEMO_DOMAIN = '@demo.invalid'
export const demoAddress = (persona: string): string => `${persona}${DEMO_DOMAIN}`
export const isDemoAddress = (email: string): boolean => email.endsWith(DEMO_DOMAIN)

/** How long to wait until an attempt is heard again; null: this one is. `failures` counts this attempt too. */
export function waitAfter(
  counted: { readonly failures: number; readonly startedAtMs: number },
  most: number,
  nowMs: number,
  windowMs = FAILURE_WINDOW_MS,
): number | null {
  if (counted.failures <= most) return null
  return Math.max(1, counted.startedAtMs + windowMs - nowMs)
}

/** Over when ended, past its end, or idle for too long. */
export const sessionLives = (
  session: { readonly endedAtMs: number | null; readonly expiresAtMs: number; readonly seenAtMs: number },
  nowMs: number,
): boolean => session.endedAtMs === null && nowMs < session.expiresAtMs && nowMs - session.seenAtMs < IDLE_MS

/** By what an address is counted: a line of IPv6 has 2^64 of them, so its network of 64 bits; everything else is itself. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!/^[0-9a-f:]+(%.*)?$/i.test(address) || !address.includes(':')) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const all = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
