import type { Cell } from './cell.ts'
import type { Measured } from './measure.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { print } from './report/print.ts'
import { ratiosOf } from './report/ratios.ts'
import { cellResults, machineName, type Result, type Rounds } from './report/result.ts'
import { readStored, store, worseThan } from './report/stored.ts'
import { soak } from './soak.ts'
import { openStage, type Stage } from './stage.ts'

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
  const stage = await openStage(options, say)
  try {
    const settled = stage.cells.find(({ group }) => group === 'settler')
    if (options.soakMinutes !== null && settled !== undefined)
      return (await soak(settled, options.soakMinutes, stage.thin)) ? 0 : 1
    return conclude(resultOf(stage, await runRounds(stage, options), options), options)
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

const resultOf = ({ postgres, redis }: Stage, rounds: Rounds, options: Options): Result => ({
  machine: machineName(postgres, redis),
  at: new Date().toISOString(),
  mode: options.mode,
  rounds: options.rounds,
  cells: cellResults(rounds),
  ...ratiosOf(rounds),
})

function conclude(result: Result, { dry, accept }: Options): number {
  print(result)
  const stored = readStored()
  const worse = stored === null ? [] : worseThan(stored, result)
  if (worse.length > 0)
    process.stdout.write(`\nWorse than the stored result:\n${worse.map((one) => `  ${one}\n`).join('')}`)
  const lesser = stored?.mode === 'full' && result.mode === 'quick'
  if (!dry && (accept || (worse.length === 0 && !lesser))) {
    store(stored, result)
    process.stdout.write('\nstored in bench/results/latest.json and latest.svg\n')
  }
  return worse.length > 0 && !accept ? 1 : 0
}

function say(what: string): void {
  process.stderr.write(`bench  ${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`)
}

process.exitCode = await main()
