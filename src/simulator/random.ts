/**
 * Seeded chance: the same seed gives the same world on every machine. sfc32 (Doty-Humphrey's PractRand), 128 bits of
 * state filled from the seed's text by FNV-1a and a mixing step, so that neighbouring seeds are unrelated.
 */
export interface Random {
  /** Uniform in [0, 1), with 32 bits. */
  next(): number
  /** Uniform whole number in [low, high]. */
  between(low: number, high: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** Normal(0, 1), by Box and Muller. */
  normal(): number
  /** Log-normal with this median; sigma is the standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number
  /** Exponential with this mean. */
  exponential(mean: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** One of the keys, in proportion to its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

export function seededRandom(seed: string): Random {
  const state = fillState(seed)
  const next = () => sfc32(state) / 4_294_967_296
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    weighted: (weights) => pickWeighted(weights, next()),
  }
}

function pickWeighted<K extends string>(weights: Readonly<Record<K, number>>, at: number): K {
  const entries = Object.entries(weights) as [K, number][]
  let left = at * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of entries) {
    left -= weight
    if (left < 0) return key
  }
  const last = entries.at(-1)
  if (!last) throw new RangeError('nothing to pick from')
  return last[0]
}

type State = [number, number, number, number]

function sfc32(s: State): number {
  const sum = (((s[0] + s[1]) | 0) + s[3]) | 0
  s[3] = (s[3] + 1) | 0
  s[0] = s[1] ^ (s[1] >>> 9)
  s[1] = (s[2] + (s[2] << 3)) | 0
  s[2] = (s[2] << 21) | (s[2] >>> 11)
  s[2] = (s[2] + sum) | 0
  return sum >>> 0
}

function fillState(seed: string): State {
  let hash = 2_166_136_261
  for (let i = 0; i < seed.length; i += 1) hash = Math.imul(hash ^ seed.charCodeAt(i), 16_777_619)
  const mixed = () => {
    hash = (hash + 0x9e3779b9) | 0
    let x = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return x ^ (x >>> 16)
  }
  const state: State = [mixed(), mixed(), mixed(), 1]
  for (let i = 0; i < 12; i += 1) sfc32(state)
  return state
}
