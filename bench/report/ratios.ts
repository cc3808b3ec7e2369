import { type Measured, median, noiseOf } from '../measure.ts'
import { type Rounds, short } from './result.ts'

type Figure = (measured: Measured) => number | null
const perSecond: Figure = (measured) => measured.perSecond
const p50: Figure = (measured) => measured.p50Ms

export interface Target {
  readonly what: string
  readonly better: 'more' | 'less'
  /** Null: watched, without a target. */
  readonly target: number | null
  readonly of: readonly [cell: string, figure: Figure]
  /** Null: the figure as it is. */
  readonly over: readonly [cell: string, figure: Figure] | null
}

const T64 = 'transact uniform 64'
const over = (cell: string) => ({ better: 'more', of: [T64, perSecond], over: [cell, perSecond] }) as const
const RLF = 'rate-limiter-flexible'

/** The keys of `ratios`, with what they promise. */
export const TARGETS: Readonly<Record<string, Target>> = {
  transactVsRlfRedis3: {
    what: `/ ${RLF} on Redis, three limits`,
    target: 1.5,
    ...over(`${RLF} on Redis, three limits`),
  },
  transactVsRlfRedis1: {
    what: `/ ${RLF} on Redis, one counter`,
    target: null,
    ...over(`${RLF} on Redis, one counter`),
  },
  transactVsRlfPg3: {
    what: `/ ${RLF} on PostgreSQL, three limits`,
    target: 8,
    ...over(`${RLF} on PostgreSQL, three limits`),
  },
  transactVsPrisma: {
    what: '/ Prisma transaction with row locks',
    target: 80,
    ...over('hand-written Prisma interactive transaction with row locks'),
  },
  hotVsUniform: {
    what: 'one hot customer / many customers',
    better: 'more',
    target: 1,
    of: ['transact hot 64', perSecond],
    over: [T64, perSecond],
  },
  transactVsCommit: { what: '/ single-row commits, 64 at once', target: 2.5, ...over('single-row commits 64') },
  lowLoadVsCommit: {
    what: 'median at 1 client / median of one bare commit',
    better: 'less',
    target: 1.3,
    of: ['transact uniform 1', p50],
    over: ['single-row commits 1', p50],
  },
  httpVsBare: {
    what: 'single decisions over HTTP / bare node:http',
    better: 'more',
    target: 0.5,
    of: ['HTTP single 64', perSecond],
    over: ['bare node:http 64', perSecond],
  },
  httpBatchVsTransact: {
    what: 'batch endpoint / in process, 256 at once',
    better: 'more',
    target: 0.7,
    of: ['HTTP batch 4 x 100', perSecond],
    over: ['transact uniform 256', perSecond],
  },
  settledVsTransact: {
    what: 'sustained with settlement / without settler',
    better: 'more',
    target: 0.6,
    of: ['transact with settlement 64', perSecond],
    over: [T64, perSecond],
  },
  growthEvents: {
    what: 'at 10^7 stored events / at 10^4',
    better: 'more',
    target: 0.8,
    of: ['10^7 stored events', perSecond],
    over: ['10^4 stored events', perSecond],
  },
  growthCustomers: {
    what: 'with 10^6 customers / with 10^3',
    better: 'more',
    target: 0.8,
    of: ['10^6 customers', perSecond],
    over: ['10^3 customers', perSecond],
  },
  p99Ms64: {
    what: 'p99 in ms, many customers, 64 at once',
    better: 'less',
    target: 6,
    of: [T64, (measured) => measured.p99Ms],
    over: null,
  },
}

/** Each ratio is taken within a round, where both sides met the same machine; then the median over the rounds. */
export function ratiosOf(rounds: Rounds): { ratios: Record<string, number>; noise: Record<string, number> } {
  const byName = new Map([...rounds].map(([cell, all]) => [cell.name, all]))
  const valuesOf = ([name, figure]: readonly [string, Figure]) => byName.get(name)?.map(figure) ?? []
  const ratios: Record<string, number> = {}
  const noise: Record<string, number> = {}
  for (const [name, target] of Object.entries(TARGETS)) {
    const below = target.over === null ? null : valuesOf(target.over)
    const values = valuesOf(target.of).flatMap((value, round) => {
      const divisor = below === null ? 1 : (below[round] ?? null)
      return value === null || divisor === null ? [] : [value / divisor]
    })
    if (values.length === 0) continue
    ratios[name] = short(median(values))
    noise[name] = short(noiseOf(values))
  }
  return { ratios, noise }
}

export function meets(name: string, value: number): boolean | null {
  const { target, better } = TARGETS[name] ?? { target: null, better: 'more' }
  if (target === null) return null
  return better === 'more' ? value >= target : value <= target
}
