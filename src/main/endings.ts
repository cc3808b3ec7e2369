/** What was started and must be ended, in reverse order, each at most once; a fault in one does not keep the others. */
export interface Endings {
  add(name: string, end: () => unknown): void
  /** Ends everything; called again, it waits for the same end. */
  run(): Promise<void>
}

export function newEndings(onFault: (error: unknown, name: string) => void): Endings {
  const open: { name: string; end: () => unknown }[] = []
  let running: Promise<void> | null = null

  async function runAll(): Promise<void> {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      try {
        await next.end()
      } catch (fault) {
        onFault(fault, next.name)
      }
    }
  }

  return {
    add: (name, end) => void open.push({ name, end }),
    run: () => (running ??= runAll()),
  }
}
