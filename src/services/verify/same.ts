/** Whether two plain values are equal in every member; an absent member and an undefined one are alike. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = membersOf(a)
  const right = membersOf(b)
  return left.size === right.size && [...left].every(([name, value]) => right.has(name) && same(value, right.get(name)))
}

function membersOf(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined))
}

/** The names of the members in which two values differ, for a sentence. */
export function differing(a: object, b: object): string {
  const left = membersOf(a)
  const right = membersOf(b)
  const names = new Set([...left.keys(), ...right.keys()])
  return [...names].filter((name) => !same(left.get(name), right.get(name))).join(', ')
}
