/** Remembers the latest `bound` entries; an older one that is asked for again counts as late. */
export class BoundedMemory<Key, Value> {
  private readonly entries = new Map<Key, Value>()
  private readonly bound: number

  constructor(bound: number) {
    this.bound = bound
  }

  get size(): number {
    return this.entries.size
  }

  get(key: Key): Value | undefined {
    const value = this.entries.get(key)
    if (value !== undefined) {
      this.entries.delete(key)
      this.entries.set(key, value)
    }
    return value
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key)
    this.entries.set(key, value)
    if (this.entries.size <= this.bound) return
    const [oldest] = this.entries.keys()
    if (oldest !== undefined) this.entries.delete(oldest)
  }

  delete(key: Key): void {
    this.entries.delete(key)
  }
}
