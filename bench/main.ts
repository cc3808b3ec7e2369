import type { Cell } from './cell.ts'
import type { Measured } from './measure.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { measurePortal } from './portal/measure-portal.ts'
import { merge } from './report/merge.ts'
import { print } from './report/print.ts'
import { ratiosOf } from './report/ratios.ts'
import { cellResults, machineName, type Measurement, type Rounds } from './report/result.ts'
import { readStored, store, worseThan } from './report/stored.ts'
import { soak as runSoak } from './soak.ts'
import { openStage, type Stage } from './stage.ts'
import { replayTrace, type TraceResult } from './trace.ts'

/**
 * `npm run bench`: all cells in turn, round after round, on servers of its own that are thrown away. Exit 1: a figure is
 * worse than the stored one by more than the noise; 2: the arguments make no sense.
 */
async function main(): Promise<number> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
    return 2
  }
  const measurement = await measureAll(options)
  return measurement === null ? 0 : conclude(measurement, options)
}

const NOTHING: Omit<Measurement, 'machine'> = {
  run: null,
  cells: [],
  ratios: {},
  noise: {},
  soak: null,
  trace: null,
  portal: null,
}

async function measureAll(options: Options): Promise<Measurement | null> {
  if (options.portal) {
    const portal = await measurePortal(say)
    return { ...NOTHING, machine: portal.machine, portal }
  }
  const onlyTrace = options.only !== null && [...options.only].every((group) => group === 'trace')
  // first: should it fail, it fails before the hour and not after it
  const trace = options.trace === null ? null : await replayTrace(options.trace, say)
  const staged = onlyTrace ? null : await measureStage(options)
  const machine = staged?.machine ?? trace?.machine
  if (machine === undefined) return null
  return { ...NOTHING, ...staged, machine, trace }
}

async function measureStage(options: Options): Promise<Omit<Measurement, 'trace' | 'portal'>> {
  const stage = await openStage(options, say)
  const machine = machineName(stage.postgres, stage.redis)
  try {
    const settled = stage.cells.find(({ group }) => group === 'settler')
    if (options.soakMinutes !== null && settled !== undefined) {
      const soak = await runSoak(settled, options.soakMinutes)
      return { machine, run: null, cells: [], ratios: {}, noise: {}, soak }
    }
    const rounds = await runRounds(stage, options)
    const at = new Date().toISOString()
    const { mode, growth } = options
    const run = { at, mode, rounds: options.rounds, kind: growth ? 'growth' : 'usual' } as const
    return { machine, run, cells: cellResults(rounds, at), ...ratiosOf(rounds), soak: null }
  } finally {
    await stage.close()
  }
}

/** Before the first round, so that it does not measure compilers, caches and connections. */
const WARM_UP = { warmMs: 100, runMs: 400 }

async function runRounds(stage: Stage, { rounds, times }: Options): Promise<Rounds> {
  const { cells } = stage
  for (const cell of cells) await cell.measure(WARM_UP)
  await stage.sweep()
  say('warm')
  const all = new Map<Cell, Measured[]>(cells.map((cell) => [cell, []]))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < cells.length; i++) {
      // each round starts elsewhere, so that no cell always follows the same one at the same age of the tables
      const cell = cells[(i + round * 7) % cells.length] as Cell
      const measured = await cell.measure(times)
      all.get(cell)?.push(measured)
      say(`round ${round + 1}/${rounds}  ${cell.name}: ${Math.round(measured.perSecond)}/s`)
    }
    await stage.sweep()
  }
  return all
}

function conclude(now: Measurement, { dry, accept }: Options): number {
  const stored = readStored()
  const result = merge(stored, now)
  print(result, now)
  const worse = stored === null ? [] : worseThan(stored, now)
  if (worse.length > 0)
    process.stdout.write(`\nWorse than the stored result:\n${worse.map((one) => `  ${one}\n`).join('')}`)
  const lesser = now.run?.kind === 'usual' && stored?.mode === 'full' && now.run.mode === 'quick'
  if (!dry && (accept || (worse.length === 0 && !lesser))) {
    store(result)
    process.stdout.write('\nstored in bench/results, and in docs/performance.md\n')
  }
  const failed = now.soak?.bounded === false || (now.trace !== null && !passed(now.trace))
  return failed || (worse.length > 0 && !accept) ? 1 : 0
}

const passed = ({ failures, unexplained, chargedEqualsCaptured }: TraceResult): boolean =>
  failures === 0 && unexplained === 0 && chargedEqualsCaptured

function say(what: string): void {
  process.stderr.write(`bench  ${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`)
}

process.exitCode = await main()
