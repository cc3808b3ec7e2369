const MARK = '~'
/** No amount is longer; what is, was not written by us and stays text. */
const WHOLE = /^~-?\d{1,40}$/

/**
 * How the portal's answers travel as JSON: whole numbers without end as text behind a mark, and text that begins with
 * the mark with one more of it. Anything else that JSON would change on the way is a mistake, and refused.
 */
export const wire = { serialize: toWire, deserialize: fromWire }

function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return `${MARK}${value}`
  if (typeof value === 'string') return value.startsWith(MARK) ? MARK + value : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toWire)
  const kind: unknown = Object.getPrototypeOf(value)
  if (kind !== null && kind !== Object.prototype)
    throw new TypeError(`this does not travel: ${Object.prototype.toString.call(value)}`)
  return each(value, toWire)
}

function fromWire(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(MARK)) return value
    return WHOLE.test(value) ? BigInt(value.slice(1)) : value.startsWith(MARK + MARK) ? value.slice(1) : value
  }
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? value.map(fromWire) : each(value, fromWire)
}

/** By entries, so that a field named `__proto__` stays a field. */
const each = (value: object, change: (one: unknown) => unknown): unknown =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)]))
