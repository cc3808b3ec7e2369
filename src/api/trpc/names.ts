import { z } from 'zod'

/** A name as people write it: one line, no characters that hide or turn text around. */
const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'Write a name.')
    .max(most, `A name has at most ${most} characters.`)
    .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), 'A name is one line of ordinary text.')

export const personName = oneLine(100)
export const keyName = oneLine(100)
export const customerName = oneLine(200)

/** Turns text around or hides it: what is read would not be what is written. */
const DECEIVING = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u

/** What somebody writes to somebody: several lines, as they are. */
export const freeText = (most: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .min(1, 'Write a few words.')
        .max(most, `At most ${most} characters.`)
        .refine((text) => !DECEIVING.test(text), 'Write ordinary text, without characters that hide or turn it.'),
    )
