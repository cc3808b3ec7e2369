import { z } from 'zod'
import { asWritten, whyNotWritten } from '../../core/shared/written-text.ts'

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

/** What somebody writes to somebody: several lines, as they are. */
export const freeText = (most: number) =>
  z
    .string()
    .transform(asWritten)
    .superRefine((text, ctx) => {
      const message = whyNotWritten(text, most)
      if (message !== null) ctx.addIssue({ code: 'custom', message })
    })
