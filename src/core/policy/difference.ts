/** One readable change: where, in a sentence, and the two values as they stand in the documents (undefined: not there). */
export interface PolicyChange {
  readonly path: string
  readonly sentence: string
  readonly before: unknown
  readonly after: unknown
}

export type Say = (change: PolicyChange) => void

/** Equality of JSON values; the order of an object's fields says nothing, and a field that is undefined is not there. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = fieldsOf(a)
  const right = fieldsOf(b)
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  )
}

function fieldsOf(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined))
}

/** How the items of one list or record are told apart and spoken of. */
export interface Noun<T> {
  /** Begins each sentence: 'Tier Plus: guard'. */
  readonly subject: string
  /** Path of one item, by its key. */
  readonly path: (key: string) => string
  readonly name: (item: T, key: string) => string
  /** What a new or dropped item says or said. */
  readonly describe: (item: T) => string
  /** Says how an item that is in both has changed. */
  readonly change: (change: { key: string; before: T; after: T; subject: string; say: Say }) => void
}

/** Items added, dropped and changed, by key: dropped ones first, then in the order of the later document. */
export function diffItems<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  noun: Noun<T>,
  say: Say,
): void {
  for (const [key, item] of before) {
    if (after.has(key)) continue
    const sentence = `${noun.subject} ${noun.name(item, key)} is removed (it was: ${noun.describe(item)}).`
    say({ path: noun.path(key), sentence, before: item, after: undefined })
  }
  for (const [key, item] of after) {
    const earlier = before.get(key)
    const subject = `${noun.subject} ${noun.name(item, key)}`
    if (earlier !== undefined) {
      noun.change({ key, before: earlier, after: item, subject, say })
      continue
    }
    say({
      path: noun.path(key),
      sentence: `${subject} is added: ${noun.describe(item)}.`,
      before: undefined,
      after: item,
    })
  }
}

/** The order of what both lists have, where the order means something. */
export function diffOrder(
  before: readonly string[],
  after: readonly string[],
  place: { path: string; subject: string; why: string },
  say: Say,
): void {
  const kept = before.filter((key) => after.includes(key))
  const now = after.filter((key) => before.includes(key))
  if (kept.every((key, index) => key === now[index])) return
  say({
    path: place.path,
    sentence: `${place.subject} change their order; ${place.why}.`,
    before: [...before],
    after: [...after],
  })
}

/** How one field is spoken of: its name in a sentence, and its value in words. */
export interface Field {
  readonly label: string
  readonly words: (value: never) => string
}

/**
 * Says each field that differs: "… limit rises from 5 to 8 credits." Fields without an entry are spoken of as JSON, so
 * that a field which is added to the document later is never passed over in silence.
 */
export function diffFields(
  before: object,
  after: object,
  place: { readonly path: string; readonly subject: string; readonly fields: Readonly<Record<string, Field>> },
  say: Say,
): void {
  const earlier = fieldsOf(before)
  const later = fieldsOf(after)
  for (const key of new Set([...earlier.keys(), ...later.keys()])) {
    const from = earlier.get(key)
    const to = later.get(key)
    if (sameJson(from, to)) continue
    const field = place.fields[key]
    const words = (field?.words ?? plain) as (value: unknown) => string
    const sentence = `${place.subject}: ${field?.label ?? key} ${verb(from, to)} from ${words(from)} to ${words(to)}.`
    say({ path: `${place.path}.${key}`, sentence, before: from, after: to })
  }
}

const plain = (value: unknown): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)

const AMOUNT = /^\d+$/

function verb(from: unknown, to: unknown): string {
  const a = measure(from)
  const b = measure(to)
  return a === null || b === null ? 'changes' : b > a ? 'rises' : 'falls'
}

function measure(value: unknown): bigint | number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && AMOUNT.test(value) ? BigInt(value) : null
}
