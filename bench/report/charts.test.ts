import { expect, test } from 'vitest'
import { charts } from './charts.ts'
import type { CellResult, Result } from './result.ts'

const cell = (name: string, group: CellResult['group'], without = ''): CellResult => ({
  name,
  group,
  unit: 'decisions',
  without,
  perSecond: 1_000,
  p50Ms: 1,
  p99Ms: 2,
  p999Ms: 3,
  failed: 0,
  noise: 0.1,
  rounds: 5,
  at: '2026-01-02',
  more: {},
})

const result: Result = {
  machine: '2 x Cpu, 24 GB',
  at: '2026-01-02',
  mode: 'full',
  rounds: 5,
  cells: [
    cell('transact uniform 1', 'transact'),
    cell('transact uniform 64', 'transact'),
    cell('a peer <& co>', 'peers', 'durability'),
  ],
  ratios: {},
  noise: {},
  growth: null,
  soak: null,
  trace: null,
}

test('what was not measured has no chart', () => {
  expect(Object.keys(charts(result))).toEqual(['decisions', 'latency'])
  expect(charts({ ...result, cells: [] })).toEqual({})
})

test('a peer is drawn with what it does not do, its name escaped, in colours for light and dark', () => {
  const { decisions = '' } = charts(result)
  expect(decisions).toContain('a peer &lt;&amp; co&gt;')
  expect(decisions).toContain('without durability')
  expect(decisions).toContain('prefers-color-scheme:dark')
})
