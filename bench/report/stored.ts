import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { charts } from './charts.ts'
import { fillDocs } from './docs.ts'
import { sameMachine } from './merge.ts'
import { TARGETS } from './ratios.ts'
import type { Measurement, Result } from './result.ts'

const DIR = join(import.meta.dirname, '..', 'results')
const JSON_FILE = join(DIR, 'latest.json')
const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'performance.md')
/** Even a quiet machine moves this much between runs. */
const LEAST_NOISE = 0.05

export function readStored(): Result | null {
  return existsSync(JSON_FILE) ? (JSON.parse(readFileSync(JSON_FILE, 'utf8')) as Result) : null
}

/** Figures that got worse by more than the noise of both runs together, in words; on another machine only ratios count. */
export function worseThan(stored: Result, now: Measurement): string[] {
  const worse: string[] = []
  for (const [name, value] of Object.entries(now.ratios)) {
    const before = stored.ratios[name]
    if (before === undefined) continue
    const allowed = Math.max(LEAST_NOISE, (now.noise[name] ?? 0) + (stored.noise[name] ?? 0))
    const loss = TARGETS[name]?.better === 'less' ? value / before - 1 : 1 - value / before
    if (loss > allowed) worse.push(`${name}: ${value}, was ${before} (noise ${percent(allowed)})`)
  }
  const mode = now.run?.kind === 'growth' ? stored.growth?.mode : stored.mode
  if (!sameMachine(stored.machine, now.machine) || mode !== now.run?.mode) return worse
  for (const cell of now.cells) {
    const before = stored.cells.find(({ name }) => name === cell.name)
    if (before === undefined || cell.group === 'peers' || cell.group === 'limits') continue
    const allowed = Math.max(LEAST_NOISE, cell.noise + before.noise)
    if (1 - cell.perSecond / before.perSecond > allowed)
      worse.push(`${cell.name}: ${cell.perSecond}/s, was ${before.perSecond}/s (noise ${percent(allowed)})`)
  }
  return worse
}

/** The result, its charts, and the figures in the docs. */
export function store(result: Result): void {
  mkdirSync(DIR, { recursive: true })
  writeFileSync(JSON_FILE, `${JSON.stringify(result, null, 2)}\n`)
  for (const [name, svg] of Object.entries(charts(result))) writeFileSync(join(DIR, `${name}.svg`), svg)
  writeFileSync(DOCS, fillDocs(readFileSync(DOCS, 'utf8'), result))
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
