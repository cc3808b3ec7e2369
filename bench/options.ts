import { parseArgs } from 'node:util'
import type { Cell } from './cell.ts'
import type { Times } from './measure.ts'

export const USAGE = `npm run bench -- [options]
  --quick          fewer and shorter cells: under 3 minutes
  --growth         instead: speed at 10^4 and 10^7 stored events, and with 10^3 and 10^6 customers
  --growth-scale X of the growth's large sizes, to rehearse it (0.01); nothing is stored
  --trace FILE     also: the whole trace over HTTP, as fast as the engine takes it; with --only trace, nothing else
  --portal         instead: what a browser sees of the overview, and how long after a commit
  --soak MINUTES   instead: full load with settlement, and what becomes of the memory (2 GB of disk a minute)
  --only GROUPS    of: transact, http, peers, limits, settler, pages, trace; comma between
  --rounds N       how often each cell is measured
  --accept         store the figures even when one is worse than before
  --dry            store nothing`

export type Group = Cell['group']

export interface Options {
  readonly mode: 'quick' | 'full'
  readonly growth: boolean
  readonly growthScale: number
  readonly soakMinutes: number | null
  readonly trace: string | null
  readonly portal: boolean
  /** Null: all. */
  readonly only: ReadonlySet<string> | null
  readonly rounds: number
  readonly times: Times
  readonly accept: boolean
  readonly dry: boolean
}

const GROUPS: ReadonlySet<string> = new Set(['transact', 'http', 'peers', 'limits', 'settler', 'pages', 'trace'])
const QUICK: Times = { warmMs: 400, runMs: 1_300 }
const FULL: Times = { warmMs: 1_000, runMs: 4_000 }

/** Throws with the reason when the arguments make no sense. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      'growth-scale': { type: 'string', default: '1' },
      portal: { type: 'boolean', default: false },
      soak: { type: 'string' },
      trace: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      accept: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
    },
  })
  const { quick, growth, portal, soak, trace = null, only, rounds, accept, dry } = values
  for (const group of only?.split(',') ?? []) if (!GROUPS.has(group)) throw new Error(`--only knows no ${group}`)
  if (only?.split(',').includes('trace') === true && trace === null) throw new Error('--only trace wants --trace FILE')
  const growthScale = positive('--growth-scale', values['growth-scale'])
  return {
    mode: quick ? 'quick' : 'full',
    growth,
    growthScale,
    trace,
    portal,
    soakMinutes: soak === undefined ? null : positive('--soak', soak),
    only: only === undefined ? null : new Set(only.split(',')),
    rounds: rounds === undefined ? (quick ? 3 : 5) : Math.ceil(positive('--rounds', rounds)),
    times: quick ? QUICK : FULL,
    accept,
    dry: dry || (growth && growthScale !== 1),
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${name} wants a number above 0, not ${text}`)
  return value
}
