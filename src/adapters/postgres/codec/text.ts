/**
 * Pieces of compact JSON text: arrays by position instead of objects. Written by hand because a decision writes four of
 * them; reading goes through JSON.parse.
 */
// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/** A JSON string. Also right for what JSON.stringify escapes, lone surrogates included. */
export const quote = (text: string): string => (NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`)

export const quoteOrNull = (text: string | null): string => (text === null ? 'null' : quote(text))

const SAFE = 2n ** 53n

/** A number where JSON.parse gives it back exactly, otherwise a string. */
export const amountText = (amount: bigint): string =>
  amount < SAFE && amount > -SAFE ? amount.toString() : `"${amount}"`

export const amountOrNull = (amount: bigint | null): string => (amount === null ? 'null' : amountText(amount))

export function list<T>(items: readonly T[], encode: (item: T) => string): string {
  if (items.length === 0) return '[]'
  let text = `[${encode(items[0] as T)}`
  for (let i = 1; i < items.length; i++) text += `,${encode(items[i] as T)}`
  return `${text}]`
}

/** Keys and values in turn: `["a",1,"b",2]`. Not an object, whose `__proto__` would be no key like others. */
export function record<T>(values: Readonly<Record<string, T>>, encode: (value: T) => string): string {
  let text = ''
  for (const key of Object.keys(values)) text += `${text === '' ? '' : ','}${quote(key)},${encode(values[key] as T)}`
  return `[${text}]`
}

/** What JSON.parse gave, read by position. The codecs alone know what is where. */
// oxlint-disable-next-line typescript/no-explicit-any -- parsed text of a known writer; each read is typed where it lands
export type Parsed = any

export function readRecord<T>(parsed: Parsed, decode: (value: Parsed) => T): Record<string, T> {
  const entries: [string, T][] = []
  for (let i = 0; i < parsed.length; i += 2) entries.push([parsed[i], decode(parsed[i + 1])])
  return Object.fromEntries(entries)
}

export const readAmount = (parsed: Parsed): bigint | null => (parsed === null ? null : BigInt(parsed))
