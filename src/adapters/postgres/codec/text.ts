/** What JSON.parse gave, read by position. The codecs alone know what is where. */
// oxlint-disable-next-line typescript/no-explicit-any -- parsed text of a known writer; each read is typed where it lands
export type Parsed = any

export function readRecord<T>(parsed: Parsed, decode: (value: Parsed) => T): Record<string, T> {
  const entries: [string, T][] = []
  for (let i = 0; i < parsed.length; i += 2) entries.push([parsed[i], decode(parsed[i + 1])])
  return Object.fromEntries(entries)
}

export const readAmount = (parsed: Parsed): bigint | null => (parsed === null ? null : BigInt(parsed))
