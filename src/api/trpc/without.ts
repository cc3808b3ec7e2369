/** A copy with some fields left out: what a page has no need to know, or may not. */
export function without<T extends object, K extends keyof T>(value: T, ...fields: readonly K[]): Omit<T, K> {
  const copy: T = { ...value }
  for (const field of fields) delete (copy as Partial<T>)[field]
  return copy
}
