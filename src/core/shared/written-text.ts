/** Turns text around or hides it: what is read would not be what was written. */
const DECEIVING = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u

/** What somebody writes to somebody, as it is kept: lines end in one way, nothing stands around it. */
export const asWritten = (text: string): string => text.replaceAll('\r\n', '\n').trim()

/** Why text of that kind is not taken; null when it is. */
export function whyNotWritten(text: string, most: number): string | null {
  if (text.length === 0) return 'Write a few words.'
  if (text.length > most) return `At most ${most} characters.`
  return DECEIVING.test(text) ? 'Write ordinary text, without characters that hide or turn it.' : null
}

/** Characters in a message of a case. */
export const MESSAGE_LENGTH = 4_000
/** Characters in a reason for more of a limit, and in its answer. */
export const REASON_LENGTH = 1_000
