import type { Charges } from './charges.ts'
import type { Histogram } from './histogram.ts'
import type { Tally } from './tally.ts'
import type { TraceProgress } from './trace.ts'

export interface ReplayFacts {
  readonly source: string
  readonly speed: number | 'max'
  readonly seed: string
  readonly customers: number
  readonly created: number
  readonly runId: string
  readonly concurrency: number
  readonly progress: TraceProgress
  readonly started: number
  /** `lost`: the engine did not answer any more; `interrupted`: by a signal. */
  readonly ended: 'complete' | 'lost' | 'interrupted'
  readonly elapsedMs: number
  readonly tally: Tally
  readonly charges: Charges
  /** Null: not checked, with the reason. */
  readonly verify: { readonly unexplained: number; readonly summary: string } | { readonly skipped: string }
}

export type ReplayReport = ReturnType<typeof makeReport>

/** The machine form of a replay's report. Amounts are micro-credits as decimal strings, durations milliseconds. */
export function makeReport(facts: ReplayFacts) {
  const { tally, charges, progress } = facts
  const calls = tally.authorizeMs.count + tally.captureMs.count + tally.released
  return {
    run: {
      id: facts.runId,
      source: facts.source,
      speed: facts.speed,
      seed: facts.seed,
      concurrency: facts.concurrency,
      ended: facts.ended,
    },
    customers: { total: facts.customers, created: facts.created },
    input: { rows: progress.rows, skipped: progress.skipped, broken: progress.broken, started: facts.started },
    decisions: {
      ...tally.outcomes,
      byDeepestLayer: tally.deepest,
      denialsByReason: sorted(tally.reasons),
      denialsByStatus: sorted(tally.statuses),
    },
    captures: strings(tally.captures),
    released: tally.released,
    reserved: strings(tally.reserved),
    charged: {
      events: charges.events,
      cost: charges.cost.toString(),
      byLayer: strings(Object.fromEntries(charges.byLayer)),
      credits: (charges.byLayer.get('credits') ?? 0n).toString(),
      equalsCaptured: charges.behind.length === 0,
      customersBehind: charges.behind.length,
    },
    windowsExhausted: Object.fromEntries([...tally.exhausted].map(([id, customers]) => [id, customers.size])),
    latencyMs: { authorize: spread(tally.authorizeMs), capture: spread(tally.captureMs) },
    scheduleLateMs: spread(tally.lateMs),
    settlementLagMs: spread(charges.lagMs),
    throughput: {
      elapsedMs: facts.elapsedMs,
      tasksPerSecond: perSecond(facts.started, facts),
      callsPerSecond: perSecond(calls, facts),
    },
    retries: tally.retries,
    failures: { count: tally.failures.count, samples: tally.failures.samples },
    verify: facts.verify,
  }
}

const perSecond = (count: number, { elapsedMs }: { elapsedMs: number }) =>
  Math.round(count / Math.max(0.001, elapsedMs / 1_000))

function spread(histogram: Histogram) {
  const round = (ms: number | null) => (ms === null ? null : Math.round(ms * 100) / 100)
  const at = (q: number) => round(histogram.quantileMs(q))
  return {
    count: histogram.count,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: histogram.count > 0 ? round(histogram.maxMs) : null,
  }
}

function strings(amounts: Readonly<Record<string, number | bigint>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(amounts).map(([key, value]) => [key, typeof value === 'bigint' ? value.toString() : value]),
  )
}

const sorted = (counts: ReadonlyMap<string | number, number>) =>
  Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]))

/** Replays pass unless a call failed, something stayed uncharged, or the ledger cannot explain itself. */
export function replayPassed(report: ReplayReport): boolean {
  const explained = 'skipped' in report.verify || report.verify.unexplained === 0
  return report.run.ended === 'complete' && report.failures.count === 0 && report.charged.equalsCaptured && explained
}
