const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const SPACE = 0x20
const ZERO = 0x30
const DELETE = 0x7f
/** UTF-8's most for a UTF-16 unit. */
const MOST_BYTES = 3
const SAFE = 2 ** 53
const EIGHT_DIGITS = 100_000_000

/**
 * Writes compact JSON as bytes: arrays by position instead of objects. By hand, because a decision writes five of them,
 * and strings put together from pieces and turned into bytes afterwards took twice the time and several times the memory.
 * Reading goes through JSON.parse.
 */
export class JsonWriter {
  protected buffer: Buffer
  protected at = 0
  /** Is everything so far ASCII? */
  private plain = true

  constructor(sizeHint = 1_024) {
    this.buffer = Buffer.allocUnsafe(sizeHint)
  }

  /** ASCII text as it is: brackets, commas, codes. */
  raw(text: string): this {
    this.reserve(text.length)
    const { buffer } = this
    let { at } = this
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i)
    this.at = at
    return this
  }

  /** JSON that was made elsewhere. */
  json(text: string): this {
    this.reserve(text.length * MOST_BYTES)
    const written = this.buffer.write(text, this.at, 'utf8')
    if (written !== text.length) this.plain = false
    this.at += written
    return this
  }

  /** Of JSON that was written elsewhere. */
  bytes(of: Buffer): this {
    this.reserve(of.length)
    of.copy(this.buffer, this.at)
    this.at += of.length
    this.plain = false
    return this
  }

  comma(): this {
    this.reserve(1)
    this.buffer[this.at++] = COMMA
    return this
  }

  /** A JSON string. Also right for what JSON.stringify escapes, lone surrogates included. */
  quote(text: string): this {
    this.reserve(2 + text.length)
    const { buffer } = this
    let { at } = this
    buffer[at++] = QUOTE
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) return this.json(JSON.stringify(text))
      buffer[at++] = code
    }
    buffer[at++] = QUOTE
    this.at = at
    return this
  }

  quoteOrNull(text: string | null): this {
    return text === null ? this.raw('null') : this.quote(text)
  }

  /** A finite number. */
  number(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) return this.raw(String(value))
    this.reserve(16)
    if (value < EIGHT_DIGITS) this.digits(value, digitsOf(value))
    else {
      const high = Math.floor(value / EIGHT_DIGITS)
      const low = value - high * EIGHT_DIGITS
      if (high < EIGHT_DIGITS) this.digits(high, digitsOf(high))
      else {
        const top = Math.floor(high / EIGHT_DIGITS)
        this.digits(top, digitsOf(top))
        this.digits(high - top * EIGHT_DIGITS, 8)
      }
      this.digits(low, 8)
    }
    return this
  }

  numberOrNull(value: number | null): this {
    return value === null ? this.raw('null') : this.number(value)
  }

  /** A number where JSON.parse gives it back exactly, otherwise a string. */
  amount(amount: bigint): this {
    const value = Number(amount)
    return value < SAFE && value > -SAFE ? this.number(value) : this.raw(`"${amount}"`)
  }

  amountOrNull(amount: bigint | null): this {
    return amount === null ? this.raw('null') : this.amount(amount)
  }

  list<T>(items: readonly T[], write: (to: this, item: T) => void): this {
    this.raw('[')
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.comma()
      write(this, items[i] as T)
    }
    return this.raw(']')
  }

  /** Keys and values in turn: `["a",1,"b",2]`. Not an object, whose `__proto__` would be no key like others. */
  record<T>(values: Readonly<Record<string, T>>, write: (to: this, value: T) => void): this {
    this.raw('[')
    let first = true
    for (const key of Object.keys(values)) {
      if (!first) this.comma()
      first = false
      this.quote(key).comma()
      write(this, values[key] as T)
    }
    return this.raw(']')
  }

  /** What `write` writes behind the rest. It stays as it is, whatever is written after it. */
  part<T>(value: T, write: (to: this, value: T) => void): Buffer {
    const start = this.at
    write(this, value)
    return this.buffer.subarray(start, this.at)
  }

  /** Everything written, which is then forgotten. */
  take(): string {
    const text = this.buffer.toString(this.plain ? 'latin1' : 'utf8', 0, this.at)
    this.at = 0
    this.plain = true
    return text
  }

  protected reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes))
    this.buffer.copy(larger, 0, 0, this.at)
    this.buffer = larger
  }

  /** `count` digits of a whole number below 10^8, from the last to the first. */
  private digits(value: number, count: number): void {
    const { buffer, at } = this
    let rest = value | 0
    for (let i = at + count - 1; i >= at; i--) {
      const next = (rest / 10) | 0
      buffer[i] = ZERO + rest - next * 10
      rest = next
    }
    this.at = at + count
  }
}

function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4
  return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8
}

/** An item of a list, or a value of a record, that is a text. */
export const writeText = (to: JsonWriter, text: string): void => void to.quote(text)

const scratch = new JsonWriter(16_384)

/** What `write` writes, as a string. It must not call this again while it writes. */
export function jsonText<T>(value: T, write: (to: JsonWriter, value: T) => void): string {
  write(scratch, value)
  return scratch.take()
}
