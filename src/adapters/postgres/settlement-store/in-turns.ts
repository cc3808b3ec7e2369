import { setImmediate } from 'node:timers/promises'

/** Runs over `items` and gives requests their turn after every `size` of them: settling shares one thread with the gate. */
export async function inTurns<T>(items: readonly T[], size: number, work: (item: T) => void): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await setImmediate()
    const end = Math.min(items.length, from + size)
    for (let i = from; i < end; i++) work(items[i] as T)
  }
}
