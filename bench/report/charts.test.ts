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
  portal: null,
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

test('growth and soak are drawn once they ran', () => {
  const soak = { at: '2026-01-02', mode: 'soak', minutes: 10, perSecond: 9_000, p99Ms: 9, lagP99Ms: 300, bounded: true }
  const grown = {
    ...result,
    growth: { at: '2026-01-02', mode: 'full', rounds: 5 },
    soak: { ...soak, memoryMb: [400, 500, 480] },
  }
  const drawn = charts({
    ...grown,
    cells: [cell('10^4 stored events', 'growth'), cell('10^6 customers, any of them', 'growth')],
  })
  expect(Object.keys(drawn)).toEqual(['growth', 'soak'])
  expect(drawn['growth']).toContain('any of them')
  expect(drawn['soak']).toContain('9,000 decisions/s for 10 min')
  expect(drawn['soak']).not.toContain('NaN')
})
