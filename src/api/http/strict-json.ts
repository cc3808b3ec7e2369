/** One thing in a JSON text that `JSON.parse` would let pass silently. `path` leads to it from the root. */
export interface JsonFlaw {
  readonly path: readonly (string | number)[]
  readonly problem: string
}

export type StrictJson =
  | { readonly ok: true; readonly value: unknown; readonly flaws: readonly JsonFlaw[] }
  | { readonly ok: false; readonly problem: string }

export const MAX_DEPTH = 20
/** More flaws than this and the whole text is refused. */
const MAX_FLAWS = 1_000

/**
 * Parses JSON and looks at its text for what parsing loses: numbers that a double cannot hold exactly, members given
 * twice, `__proto__`, NUL and lone surrogates. Flaws carry their path, so that one bad entry of a batch spoils only itself;
 * text that is no JSON, or nested deeper than MAX_DEPTH, is refused whole.
 */
export function parseStrictJson(text: string): StrictJson {
  if (!isShallow(text)) return { ok: false, problem: `nested deeper than ${MAX_DEPTH} levels` }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, problem: 'not valid JSON' }
  }
  const flaws = new Scanner(text).scan()
  if (flaws.length >= MAX_FLAWS) return { ok: false, problem: 'too many malformed values' }
  return { ok: true, value, flaws }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const SMALL_E = 0x65
const LARGE_E = 0x45

/** Checked before parsing, so that a hostile text costs one pass. */
function isShallow(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at) - 1
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      if (++depth > MAX_DEPTH) return false
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--
  }
  return true
}

/** Position after the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1
  for (;;) {
    end = text.indexOf('"', end)
    if (end === -1) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    end++
    if (slashes % 2 === 0) return end
  }
}

/** Walks a text that is known to be valid JSON. */
class Scanner {
  private readonly text: string
  private at = 0
  private readonly path: (string | number)[] = []
  private readonly flaws: JsonFlaw[] = []
  /** Without an escape no string hides anything. */
  private readonly escapes: boolean

  constructor(text: string) {
    this.text = text
    this.escapes = text.includes('\\')
  }

  scan(): readonly JsonFlaw[] {
    this.value()
    return this.flaws
  }

  private value(): void {
    const code = this.next()
    if (code === OPEN_OBJECT) this.object()
    else if (code === OPEN_LIST) this.list()
    else if (code === QUOTE) {
      if (this.escapes) this.string()
      else this.at = this.text.indexOf('"', this.at + 1) + 1
    } else if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) this.number()
    else this.at += code === 0x66 ? 5 : 4
  }

  private object(): void {
    const names: string[] = []
    this.at++
    if (this.next() === CLOSE_OBJECT) {
      this.at++
      return
    }
    for (;;) {
      this.next()
      const name = this.string()
      this.path.push(name)
      if (name === '__proto__') this.flaw('this name is not allowed')
      if (names.length < 16 ? names.includes(name) : duplicated(names, name)) this.flaw('given twice')
      names.push(name)
      while (this.text.charCodeAt(this.at) !== COLON) this.at++
      this.at++
      this.value()
      this.path.pop()
      const after = this.next()
      this.at++
      if (after !== COMMA) return
    }
  }

  private list(): void {
    this.at++
    if (this.next() === CLOSE_LIST) {
      this.at++
      return
    }
    for (let index = 0; ; index++) {
      this.path.push(index)
      this.value()
      this.path.pop()
      const after = this.next()
      this.at++
      if (after !== COMMA) return
    }
  }

  private string(): string {
    const start = this.at
    this.at = endOfString(this.text, start)
    const raw = this.text.slice(start + 1, this.at - 1)
    if (!this.escapes || !raw.includes('\\')) return raw
    const decoded = JSON.parse(`"${raw}"`) as string
    if (decoded.includes('\0')) this.flaw('contains NUL')
    if (!decoded.isWellFormed()) this.flaw('contains half a surrogate pair')
    return decoded
  }

  /** A double holds every integer up to 2^53 - 1 and every decimal of 15 digits; others would change silently. */
  private number(): void {
    const start = this.at
    let exponent = false
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (!isNumberPart(code)) break
      if (code === SMALL_E || code === LARGE_E) exponent = true
      this.at++
    }
    if (this.at - start <= 15) {
      if (exponent) this.flaw('write numbers without an exponent')
      return
    }
    const token = this.text.slice(start, this.at)
    const value = Number(token)
    if (/^-?\d+$/.test(token)) {
      if (!Number.isSafeInteger(value)) this.flaw('not within -(2^53 - 1) to 2^53 - 1')
    } else this.flaw('more digits than a number can hold exactly')
  }

  private flaw(problem: string): void {
    if (this.flaws.length < MAX_FLAWS) this.flaws.push({ path: [...this.path], problem })
  }

  /** Skips white space; the code of what comes. */
  private next(): number {
    let code = this.text.charCodeAt(this.at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.text.charCodeAt(++this.at)
    return code
  }
}

function isNumberPart(code: number): boolean {
  return (
    (code >= DIGIT_0 && code <= DIGIT_9) ||
    code === MINUS ||
    code === 0x2b ||
    code === 0x2e ||
    code === SMALL_E ||
    code === LARGE_E
  )
}

/** Large objects are rare; their names are looked up in a set kept beside the list. */
const sets = new WeakMap<readonly string[], Set<string>>()
function duplicated(names: readonly string[], name: string): boolean {
  let set = sets.get(names)
  if (set === undefined) sets.set(names, (set = new Set(names)))
  const known = set.has(name)
  set.add(name)
  return known
}

/** RFC 6901: `/entries/3/usage/output_tokens`; empty for the whole. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
