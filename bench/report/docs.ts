import { charts } from './charts.ts'
import { meets, TARGETS } from './ratios.ts'
import type { CellResult, Result } from './result.ts'

/** The figures of `docs/performance.md`, by the name of the marker that they stand behind. */
const SECTIONS: Readonly<Record<string, (result: Result) => string>> = {
  run: ({ machine, at, mode, rounds }) =>
    at === '' ? NOT_YET : `${machine}. Measured ${day(at)}, ${mode}, medians of ${rounds} interleaved rounds.`,
  goals: goalTable,
  cells: (result) => cellTable(result, ['transact', 'settler', 'http']),
  pages: (result) => cellTable(result, ['pages']),
  peers: (result) => cellTable(result, ['peers', 'limits']),
  growth: (result) =>
    result.growth === null
      ? NOT_YET
      : `Measured ${day(result.growth.at)}, ${result.growth.rounds} rounds.\n\n${cellTable(result, ['growth'])}`,
  soak: soakText,
  trace: traceText,
  portal: portalText,
}

const NOT_YET = 'Not measured on this machine yet.'

/** The same text with each section's figures between its markers; throws when a marker is missing. */
export function fillDocs(text: string, result: Result | null): string {
  return Object.entries(SECTIONS).reduce((filled, [name, write]) => {
    const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
    const [start, end] = [filled.indexOf(open), filled.indexOf(close)]
    if (start === -1 || end < start) throw new Error(`docs without ${open} … ${close}`)
    const figures = result === null ? NOT_YET : [write(result), ...images(name, result)].join('\n\n')
    return `${filled.slice(0, start + open.length)}\n${figures}\n${filled.slice(end)}`
  }, text)
}

/** Charts by the section that they stand in, with what is said to whoever cannot see them. */
const IMAGES: Readonly<Record<string, readonly [chart: string, says: string]>> = {
  run: ['decisions', 'Decisions a second, ours and what one would use instead'],
  cells: ['latency', 'Latency by callers at once'],
  growth: ['growth', 'Decisions a second as the store grows'],
  soak: ['soak', 'Memory under full load'],
}

function images(section: string, result: Result): string[] {
  const [chart = '', says = ''] = IMAGES[section] ?? []
  return charts(result)[chart] === undefined ? [] : [`![${says}](../bench/results/${chart}.svg)`]
}

function goalTable({ ratios, noise }: Result): string {
  const rows = Object.entries(TARGETS).map(([name, { what, target, better }]) => {
    const value = ratios[name]
    const aim = target === null ? 'watched' : `${better === 'more' ? '≥' : '≤'} ${target}`
    if (value === undefined) return [`\`${name}\``, what, aim, 'not measured', '']
    const met = meets(name, value)
    return [
      `\`${name}\``,
      what,
      aim,
      `${value} ± ${percent(noise[name] ?? 0)}`,
      met === null ? '' : met ? 'met' : `**not met**: ${share(value, target ?? 0, better)}`,
    ]
  })
  return table(['name', 'what', 'goal', 'measured', ''], rows)
}

/** How far it is from its goal. */
const share = (value: number, target: number, better: 'more' | 'less'): string =>
  `${Math.round((better === 'more' ? value / target : target / value) * 100)} % of the way`

function cellTable({ cells }: Result, groups: readonly CellResult['group'][]): string {
  const rows = groups.flatMap((group) =>
    cells
      .filter((cell) => cell.group === group)
      .map(({ name, perSecond, unit, p50Ms, p99Ms, p999Ms, noise, more, failed, without }) => [
        name,
        `${Math.round(perSecond).toLocaleString('en')} ${unit}`,
        `± ${percent(noise)}`,
        ms(p50Ms),
        ms(p99Ms),
        ms(p999Ms),
        [
          ...Object.entries(more).map(([key, value]) => `${key} ${Math.round(value)}`),
          ...(failed > 0 ? [`failed ${failed}`] : []),
          ...(without === '' ? [] : [`without ${without}`]),
        ].join(', '),
      ]),
  )
  if (rows.length === 0) return NOT_YET
  return table(['', 'a second', 'noise', 'p50 ms', 'p99 ms', 'p99.9 ms', 'further'], rows)
}

function soakText({ soak }: Result): string {
  if (soak === null) return NOT_YET
  const { minutes, perSecond, p99Ms, lagP99Ms, bounded, memoryMb, at } = soak
  return `${minutes} minutes at full load with settlement on ${day(at)}: ${perSecond.toLocaleString('en')} decisions/s sustained, p99 ${ms(p99Ms)} ms, settlement lag p99 ${ms(lagP99Ms)} ms. Memory of the process, load generator included: at most ${Math.max(...memoryMb)} MB, ${bounded ? 'bounded' : '**grew**'}.`
}

function traceText({ trace }: Result): string {
  if (trace === null) return NOT_YET
  const { decisions, authorizeMs, captureMs, settlementLagMs } = trace
  const spreads = table(
    ['ms', 'p50', 'p90', 'p99'],
    [
      ['authorize', authorizeMs] as const,
      ['capture', captureMs] as const,
      ['settlement lag', settlementLagMs] as const,
    ].map(([name, { p50, p90, p99 }]) => [name, ms(p50), ms(p90), ms(p99)]),
  )
  const layers = Object.entries(trace.byLayer).map(([layer, count]) => `${layer} ${count.toLocaleString('en')}`)
  return `\`${trace.file}\` on ${day(trace.at)}: ${trace.requests.toLocaleString('en')} requests of ${trace.customers} customers, ${trace.concurrency} at once, in ${trace.seconds.toFixed(1)} s: ${trace.requestsPerSecond.toLocaleString('en')} requests/s, ${trace.callsPerSecond.toLocaleString('en')} HTTP calls/s. ${decisions.allowed.toLocaleString('en')} allowed (last layer drawn: ${layers.join(', ')}), ${decisions.partial.toLocaleString('en')} partial, ${decisions.denied.toLocaleString('en')} denied, ${trace.failures} failed. What was charged ${trace.chargedEqualsCaptured ? 'equals' : '**differs from**'} what was captured; unexplained: ${trace.unexplained ?? 'not checked'}.\n\n${spreads}`
}

function portalText({ portal }: Result): string {
  if (portal === null) return NOT_YET
  const { at, desktop, phone, pixel } = portal
  const row = (name: string, aim: string, of: (vitals: typeof desktop) => number): string[] => [
    name,
    aim,
    String(of(desktop)),
    String(of(phone)),
  ]
  const vitals = table(
    ['', 'goal', 'desktop', 'phone, four times slower'],
    [
      row('largest contentful paint, ms', '≤ 1500', ({ lcpMs }) => lcpMs),
      row('slowest interaction to next paint, ms', '≤ 100', ({ inpMs }) => inpMs),
      row('cumulative layout shift', '≤ 0.05', ({ cls }) => cls),
      row('JavaScript of the first load, KB compressed', '≤ 180', ({ scriptKb }) => scriptKb),
    ],
  )
  return `Measured ${day(at)}: medians of ${desktop.loads} loads without a cache, of the interactions the slowest.\n\n${vitals}\n\nFrom the request of a decision to its line painted in an open overview, over ${pixel.commits} decisions with ${pixel.streams} open streams of that customer: p50 ${pixel.p50Ms} ms, p99 ${pixel.p99Ms} ms, at most ${pixel.mostMs} ms (goal: p99 ≤ 1000).`
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const ms = (value: number | null): string => (value === null ? '-' : value >= 100 ? value.toFixed(0) : value.toFixed(2))
const percent = (value: number): string => `${Math.round(value * 100)} %`
const day = (at: string): string => at.slice(0, 10)
