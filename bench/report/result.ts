import { cpus, platform, release, totalmem } from 'node:os'
import type { Cell } from '../cell.ts'
import { type Measured, median, noiseOf } from '../measure.ts'

/** One cell over all rounds: medians. `noise`: half the distance between the extremes of its rounds, as a share. */
export interface CellResult {
  readonly name: string
  readonly group: Cell['group']
  readonly unit: Cell['unit']
  readonly without: string
  readonly perSecond: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly failed: number
  readonly noise: number
  readonly rounds: number
  readonly more: Readonly<Record<string, number>>
}

/** `bench/results/latest.json`. */
export interface Result {
  readonly machine: string
  readonly at: string
  readonly mode: 'quick' | 'full'
  readonly rounds: number
  readonly cells: readonly CellResult[]
  readonly ratios: Readonly<Record<string, number>>
  /** Of each ratio, over the rounds. */
  readonly noise: Readonly<Record<string, number>>
}

export type Rounds = ReadonlyMap<Cell, readonly Measured[]>

export function cellResults(rounds: Rounds): CellResult[] {
  return [...rounds].map(([{ name, group, unit, without }, all]) => {
    const middle = (of: (measured: Measured) => number | null): number | null => {
      const values = all.flatMap((measured) => of(measured) ?? [])
      return values.length === 0 ? null : short(median(values))
    }
    const more = Object.keys(all[0]?.more ?? {}).map((key) => [key, middle((measured) => measured.more[key] ?? null)])
    return {
      name,
      group,
      unit,
      without,
      perSecond: middle(({ perSecond }) => perSecond) ?? 0,
      p50Ms: middle(({ p50Ms }) => p50Ms),
      p99Ms: middle(({ p99Ms }) => p99Ms),
      p999Ms: middle(({ p999Ms }) => p999Ms),
      failed: all.reduce((sum, { failed }) => sum + failed, 0),
      noise: short(noiseOf(all.map(({ perSecond }) => perSecond))),
      rounds: all.length,
      more: Object.fromEntries(more) as Record<string, number>,
    }
  })
}

export const short = (value: number): number => Number(value.toPrecision(4))

export function machineName(postgres: string, redis: string | null): string {
  const [cpu] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const servers = `PostgreSQL ${postgres}${redis === null ? '' : `, Redis ${redis}`}`
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${memory}, ${platform()} ${release()}, Node ${process.version}, ${servers}`
}
