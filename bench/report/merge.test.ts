import { expect, test } from 'vitest'
import { merge, sameMachine } from './merge.ts'
import type { CellResult, Measurement, Result, SoakResult } from './result.ts'

const MACHINE = '2 x Cpu, 24 GB, linux, Node v20, PostgreSQL 18.4'

const cell = (name: string, perSecond: number, at = 'now'): CellResult => ({
  name,
  group: 'transact',
  unit: 'decisions',
  without: '',
  perSecond,
  p50Ms: 1,
  p99Ms: 2,
  p999Ms: 3,
  failed: 0,
  noise: 0.1,
  rounds: 5,
  at,
  more: {},
})

const stored: Result = {
  machine: `${MACHINE}, Redis 7.0.15`,
  at: 'before',
  mode: 'full',
  rounds: 5,
  cells: [cell('a', 10, 'before'), cell('b', 20, 'before')],
  ratios: { hotVsUniform: 1.2, growthEvents: 0.9 },
  noise: { hotVsUniform: 0.1, growthEvents: 0.2 },
  growth: { at: 'long ago', mode: 'full', rounds: 3 },
  soak: null,
  trace: null,
  portal: null,
}

const nothing: Measurement = {
  machine: MACHINE,
  run: null,
  cells: [],
  ratios: {},
  noise: {},
  soak: null,
  trace: null,
  portal: null,
}
const soak = { at: 'now', minutes: 10 } as SoakResult

test('a usual run replaces its own cells, ratios and date, and keeps what it did not measure', () => {
  const run = { at: 'now', mode: 'quick', rounds: 3, kind: 'usual' } as const
  const now = { ...nothing, run, cells: [cell('b', 30)], ratios: { hotVsUniform: 1.5 }, noise: { hotVsUniform: 0 } }
  const result = merge(stored, now)
  expect(result.cells).toEqual([cell('a', 10, 'before'), cell('b', 30)])
  expect(result.ratios).toEqual({ hotVsUniform: 1.5, growthEvents: 0.9 })
  expect(result).toMatchObject({ at: 'now', mode: 'quick', rounds: 3, growth: stored.growth })
})

test('growth has a date of its own and leaves that of the usual run alone', () => {
  const run = { at: 'now', mode: 'full', rounds: 7, kind: 'growth' } as const
  const result = merge(stored, { ...nothing, run, ratios: { growthEvents: 0.8 }, noise: { growthEvents: 0.1 } })
  expect(result.growth).toEqual({ at: 'now', mode: 'full', rounds: 7 })
  expect(result).toMatchObject({ at: 'before', mode: 'full', rounds: 5, cells: stored.cells })
  expect(result.ratios).toEqual({ hotVsUniform: 1.2, growthEvents: 0.8 })
})

test('a soak or a trace alone changes nothing else, and is kept by what comes after', () => {
  const soaked = merge(stored, { ...nothing, soak })
  expect(soaked).toEqual({ ...stored, soak })
  expect(merge(soaked, nothing).soak).toEqual(soak)
})

test('of another machine nothing stays', () => {
  const result = merge(stored, { ...nothing, machine: 'another', soak })
  expect(result).toMatchObject({ machine: 'another', cells: [], ratios: {}, growth: null, soak })
})

test('a run without peers names no Redis and is of the same machine', () => {
  expect(sameMachine(`${MACHINE}, Redis 7.0.15`, MACHINE)).toBe(true)
  expect(sameMachine(MACHINE, MACHINE.replace('24 GB', '8 GB'))).toBe(false)
})
