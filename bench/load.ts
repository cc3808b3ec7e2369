export type Load = 'uniform' | 'zipf' | 'hot'

/** A seeded generator (mulberry32): every run asks the same customers in the same order. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Which of `count` customers asks next: all alike, Zipf (s = 0.99, the hot ones scattered), or always the first. */
export function pickerOf(load: Load, count: number, seed = 1): () => number {
  const random = randomOf(seed)
  if (load === 'hot') return () => 0
  if (load === 'uniform') return () => Math.floor(random() * count)
  const cumulative = new Float64Array(count)
  let total = 0
  for (let i = 0; i < count; i++) cumulative[i] = total += 1 / (i + 1) ** 0.99
  return () => {
    const wanted = random() * total
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((cumulative[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return (low * 7919) % count
  }
}
