import { cpus, platform, release, totalmem } from 'node:os'
import type { Cell } from '../cell.ts'
import { type Measured, median, noiseOf } from '../measure.ts'
import type { PortalResult } from '../portal/measure-portal.ts'
import type { TraceResult } from '../trace.ts'

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
  readonly at: string
  readonly more: Readonly<Record<string, number>>
}

/** When and how something was measured. */
export interface Run {
  readonly at: string
  readonly mode: string
  readonly rounds: number
}

export interface SoakResult {
  readonly at: string
  readonly mode: string
  readonly minutes: number
  readonly perSecond: number
  readonly p99Ms: number | null
  readonly lagP99Ms: number | null
  readonly bounded: boolean
  /** Of the process, in MB, evenly over the time. */
  readonly memoryMb: readonly number[]
}

/** `bench/results/latest.json`: date, mode and rounds are those of the last usual run; what else ran has its own. */
export interface Result extends Run {
  readonly machine: string
  readonly cells: readonly CellResult[]
  readonly ratios: Readonly<Record<string, number>>
  /** Of each ratio, over the rounds. */
  readonly noise: Readonly<Record<string, number>>
  readonly growth: Run | null
  readonly soak: SoakResult | null
  readonly trace: TraceResult | null
  readonly portal: PortalResult | null
}

/** What one call of the bench measured; usual cells and growth never come together. */
export interface Measurement {
  readonly machine: string
  readonly run: (Run & { readonly kind: 'usual' | 'growth' }) | null
  readonly cells: readonly CellResult[]
  readonly ratios: Readonly<Record<string, number>>
  readonly noise: Readonly<Record<string, number>>
  readonly soak: SoakResult | null
  readonly trace: TraceResult | null
  readonly portal: PortalResult | null
}

export type Rounds = ReadonlyMap<Cell, readonly Measured[]>

export function cellResults(rounds: Rounds, at: string): CellResult[] {
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
      at,
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
