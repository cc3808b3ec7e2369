import type { Measurement, Result } from './result.ts'

const NOTHING: Omit<Result, 'machine'> = {
  at: '',
  mode: '',
  rounds: 0,
  cells: [],
  ratios: {},
  noise: {},
  growth: null,
  soak: null,
  trace: null,
  portal: null,
}

/** What was not measured this time stays as it was; of another machine nothing stays. */
export function merge(stored: Result | null, now: Measurement): Result {
  const { machine, run } = now
  const kept = stored !== null && sameMachine(stored.machine, machine) ? stored : { ...NOTHING, machine }
  const measured = new Set(now.cells.map(({ name }) => name))
  const usual = run?.kind === 'usual' ? run : kept
  return {
    machine: kept.machine.length > machine.length ? kept.machine : machine,
    at: usual.at,
    mode: usual.mode,
    rounds: usual.rounds,
    cells: [...kept.cells.filter(({ name }) => !measured.has(name)), ...now.cells],
    ratios: { ...kept.ratios, ...now.ratios },
    noise: { ...kept.noise, ...now.noise },
    growth: run?.kind === 'growth' ? { at: run.at, mode: run.mode, rounds: run.rounds } : kept.growth,
    soak: now.soak ?? kept.soak,
    trace: now.trace ?? kept.trace,
    portal: now.portal ?? kept.portal,
  }
}

/** A run without peers names no Redis. */
export const sameMachine = (a: string, b: string): boolean => withoutRedis(a) === withoutRedis(b)
const withoutRedis = (machine: string): string => machine.replace(/, Redis [^,]+$/, '')
