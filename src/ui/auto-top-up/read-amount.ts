const CREDITS = /^(\d{1,12})(?:[.](\d{1,6}))?$/
const MONEY = /^(\d{1,9})(?:[.](\d{1,2}))?$/

/** What somebody typed as credits, in micro-credits; null when it is none. Digits only: no float touches an amount. */
export const readCredits = (text: string): bigint | null => read(text, CREDITS, 6)

/** What somebody typed as money, in minor units; null when it is none. */
export const readMinor = (text: string): bigint | null => read(text, MONEY, 2)

function read(text: string, shape: RegExp, places: number): bigint | null {
  const found = shape.exec(text.trim().replace(',', '.'))
  return found === null ? null : BigInt(`${found[1]}${(found[2] ?? '').padEnd(places, '0')}`)
}
