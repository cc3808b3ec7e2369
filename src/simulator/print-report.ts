import { formatCredits } from '../core/shared/amount.ts'
import type { ReplayReport } from './report.ts'
import { LAYER_NAMES } from './tally.ts'

/** The report for people: at most 100 columns, no colour. */
export function printReport(report: ReplayReport): string {
  const { decisions, input, charged } = report
  const asked = decisions.allowed + decisions.partial + decisions.denied
  const lines = [
    '',
    `Replay of ${report.run.source} at ${report.run.speed === 'max' ? 'full speed' : `${report.run.speed} x`}, run ${report.run.id}`,
    '',
    section('Input'),
    row(
      'requests',
      count(input.rows),
      input.skipped > 0 ? `${count(input.skipped)} broken lines skipped` : 'no line was broken',
    ),
    ...input.broken.slice(0, 5).map((line) => `    line ${line.line}: ${line.reason}`),
    row(
      'customers',
      count(report.customers.total),
      `${count(report.customers.created)} created now, seed ${report.run.seed}`,
    ),
    section('Decisions'),
    ...(['allowed', 'partial', 'denied'] as const).map((outcome) =>
      row(outcome, count(decisions[outcome]), percent(decisions[outcome], asked)),
    ),
    section('Last layer that an allowed request had to draw on'),
    ...LAYER_NAMES.filter((layer) => decisions.byDeepestLayer[layer] > 0).map((layer) =>
      row(layer, count(decisions.byDeepestLayer[layer]), percent(decisions.byDeepestLayer[layer], asked)),
    ),
    section('Denials by reason'),
    ...some(Object.entries(decisions.denialsByReason).map(([reason, n]) => row(reason, count(n), percent(n, asked)))),
    section('Charged, in credits, by layer (read back from the monetization events)'),
    ...some(chargedRows(charged.byLayer)),
    row(
      'in all',
      credits(charged.cost),
      `${count(charged.events)} events; captured ${credits(report.captures['cost'])}: ${charged.equalsCaptured ? 'equal' : `${charged.customersBehind} customers differ`}`,
    ),
    row('credits spent', credits(charged.credits), 'bought credits'),
    row(
      'given back',
      credits(report.captures['returned']),
      `reserved above actual use; ${count(report.released)} holds released whole`,
    ),
    section('Included windows that ran out'),
    ...some(Object.entries(report.windowsExhausted).map(([id, n]) => row(id, count(n), 'customers'))),
    section('Latency in ms'),
    spreadHeader(),
    spreadRow('authorize', report.latencyMs.authorize),
    spreadRow('capture', report.latencyMs.capture),
    spreadRow('settlement lag', report.settlementLagMs),
    ...(report.run.speed === 'max' ? [] : [spreadRow('behind schedule', report.scheduleLateMs)]),
    section('Throughput'),
    row('elapsed', `${(report.throughput.elapsedMs / 1_000).toFixed(1)} s`, ''),
    row(
      'tasks/s',
      count(report.throughput.tasksPerSecond),
      `${count(report.throughput.callsPerSecond)} calls/s, ${count(report.run.concurrency)} in flight at most`,
    ),
    row('retries', count(report.retries), 'with the same idempotency key'),
    row('failures', count(report.failures.count), ''),
    ...report.failures.samples.map((sample) => `    ${sample}`),
    section('Proof'),
    'skipped' in report.verify
      ? row('verify', 'not run', report.verify.skipped)
      : row('unexplained', count(report.verify.unexplained), report.verify.summary),
    ...(report.run.ended === 'complete' ? [] : ['', `The replay ended early: ${report.run.ended}.`]),
    '',
  ]
  return lines.join('\n')
}

const section = (title: string) => `\n  ${title}`
const row = (name: string, value: string, note: string) =>
  `    ${name.padEnd(22)}${value.padStart(14)}${note === '' ? '' : `   ${note}`}`
const some = (rows: readonly string[]) => (rows.length > 0 ? rows : ['    none'])
const count = (n: number) => n.toLocaleString('en-US')
const percent = (n: number, of: number) => (of === 0 ? '' : `${((100 * n) / of).toFixed(1)} %`)

/** With all six digits, so that a column lines up. */
function credits(amount: string | number | undefined): string {
  const [whole, fraction = ''] = formatCredits(BigInt(amount ?? 0)).split('.')
  return `${whole}.${fraction.padEnd(6, '0')}`
}

const NOTES: Record<string, string> = {
  included: 'free capacity of the tier',
  absorbed: 'used above a hold, covered by nothing',
  refund: 'given back for what was absorbed',
}

function chargedRows(byLayer: ReplayReport['charged']['byLayer']): string[] {
  const order = [...LAYER_NAMES, 'absorbed', 'debt', 'refund']
  return order
    .filter((layer) => byLayer[layer] !== undefined)
    .map((layer) => row(layer, credits(byLayer[layer]), NOTES[layer] ?? ''))
}

type Spread = ReplayReport['latencyMs']['authorize']
const spreadHeader = () =>
  `    ${''.padEnd(22)}${['p50', 'p90', 'p99', 'max'].map((name) => name.padStart(10)).join('')}`
const spreadRow = (name: string, spread: Spread) =>
  `    ${name.padEnd(22)}${[spread.p50, spread.p90, spread.p99, spread.max].map((ms) => (ms === null ? '-' : ms.toFixed(2)).padStart(10)).join('')}`
