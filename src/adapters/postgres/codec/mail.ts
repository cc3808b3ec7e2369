import type { MailContent } from '../../../ports/mailer.ts'

/** Amounts are written as decimal strings; which members are amounts, their names say. */
const AMOUNTS = new Set(['credits', 'totalMinor', 'used', 'limit'])

export const encodeMail = (content: MailContent): string =>
  JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))

export const decodeMail = (text: string): MailContent =>
  JSON.parse(text, (name, value: unknown) => (AMOUNTS.has(name) ? BigInt(value as string) : value)) as MailContent
