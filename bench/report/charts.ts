import type { CellResult, Result } from './result.ts'
import { type Bar, bars, type Curve, curves, figure } from './svg.ts'

const CONCURRENCIES = [1, 16, 64, 256]

/** All charts of a result, by file name; what was not measured yet has none. */
export function charts(result: Result): Record<string, string> {
  const made = {
    decisions: decisions(result),
    latency: latency(result),
    growth: growth(result),
    soak: soak(result),
  }
  return Object.fromEntries(Object.entries(made).filter((one): one is [string, string] => one[1] !== null))
}

const under = ({ machine, at }: Result, when = at): string =>
  `${machine.split(', ').slice(0, 2).join(', ')} · ${when.slice(0, 10)}`

/** Ours beside each peer at 64 at once, and under each what it does not do. */
function decisions(result: Result): string | null {
  const named = (name: string) => result.cells.filter((cell) => cell.name === name)
  const ours: Bar[] = [
    ...named('transact uniform 64').map((cell) => bar(cell, 'Spillway, many customers', 'durable, with everything')),
    ...named('transact hot 64').map((cell) => bar(cell, 'Spillway, one hot customer', 'durable, with everything')),
    ...named('transact with settlement 64').map((cell) =>
      bar(cell, 'Spillway, settling beside it', 'durable, ledger included'),
    ),
    ...named('HTTP single 64').map((cell) => bar(cell, 'Spillway over HTTP, single', 'durable, with everything')),
  ]
  const peers = result.cells
    .filter(({ group }) => group === 'peers')
    .map(
      (cell): Bar =>
        bar(
          cell,
          cell.name.replace('rate-limiter-flexible', 'RLF').replace('hand-written ', ''),
          `without ${cell.without}`,
        ),
    )
  if (ours.length === 0 || peers.length === 0) return null
  const words = {
    title: 'Decisions a second, 64 at once',
    under: `${under(result)} · medians of ${result.rounds} rounds · RLF is rate-limiter-flexible`,
  }
  return bars([...ours, ...peers], words)
}

const bar = ({ perSecond, group }: CellResult, label: string, note: string): Bar => ({
  label,
  note,
  value: perSecond,
  unit: '/s',
  tone: group === 'peers' ? 'other' : 'own',
})

/** p50 and p99 of a decision in process, by how many ask at once. */
function latency(result: Result): string | null {
  const cells = CONCURRENCIES.flatMap((count, i) => {
    const cell = result.cells.find(({ name }) => name === `transact uniform ${count}`)
    return cell === undefined ? [] : [{ cell, count, x: i / (CONCURRENCIES.length - 1) }]
  })
  if (cells.length < 2) return null
  const curve = (label: string, of: (cell: CellResult) => number | null, dashed: boolean): Curve => ({
    label,
    tone: 'own',
    dashed,
    points: cells.map(({ cell, x }) => ({ x, y: of(cell) ?? 0, label: `${figure(of(cell) ?? 0)} ms` })),
  })
  return curves([curve('median', ({ p50Ms }) => p50Ms, false), curve('p99', ({ p99Ms }) => p99Ms, true)], {
    title: 'Latency of a decision in ms, by callers at once',
    under: `${under(result)} · closed loop, many customers; callers share the cores with engine and database`,
    ticks: cells.map(({ count, x }) => ({ x, label: `${count} at once` })),
  })
}

function growth(result: Result): string | null {
  const rows = result.cells
    .filter(({ group }) => group === 'growth')
    .map((cell): Bar => {
      const [label = '', ...rest] = cell.name.split(', ')
      return { ...bar(cell, label, rest.join(', ')), tone: rest.length > 0 ? 'limit' : 'own' }
    })
  if (rows.length === 0 || result.growth === null) return null
  return bars(rows, {
    title: 'Decisions a second as the store grows, 64 at once',
    under: `${under(result, result.growth.at)} · medians of ${result.growth.rounds} rounds`,
  })
}

function soak(result: Result): string | null {
  if (result.soak === null || result.soak.memoryMb.length < 2) return null
  const { memoryMb, minutes, at, perSecond } = result.soak
  const points = memoryMb.map((y, i) => ({ x: i / (memoryMb.length - 1), y, label: '' }))
  return curves([{ label: 'resident', tone: 'own', dashed: false, points }], {
    title: 'Memory of the process in MB, under full load with settlement',
    under: `${under(result, at)} · ${Math.round(perSecond).toLocaleString('en')} decisions/s for ${minutes} min`,
    ticks: [
      { x: 0, label: 'start' },
      { x: 1, label: `${minutes} min` },
    ],
  })
}
