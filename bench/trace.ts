import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { openSource, runReplay } from '../src/cli/run-replay.ts'
import { startEngine } from '../src/cli/start-engine.ts'
import { verifySummary } from '../src/cli/verify-summary.ts'
import type { ReplayReport } from '../src/simulator/report.ts'
import { versionOf } from './postgres-version.ts'
import { machineName } from './report/result.ts'
import { scratchFolder } from './scratch.ts'

const CUSTOMERS = 200
const CONCURRENCY = 64

export interface Spread {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
}

/** A recorded trace over HTTP, as fast as the engine takes it: an authorize a request, a capture for what is admitted. */
export interface TraceResult {
  readonly at: string
  readonly mode: 'max'
  readonly machine: string
  readonly file: string
  readonly requests: number
  readonly customers: number
  readonly concurrency: number
  readonly decisions: { readonly allowed: number; readonly partial: number; readonly denied: number }
  /** Admitted requests by the last layer they had to draw on. */
  readonly byLayer: Readonly<Record<string, number>>
  readonly denialsByReason: Readonly<Record<string, number>>
  readonly seconds: number
  readonly requestsPerSecond: number
  readonly callsPerSecond: number
  readonly authorizeMs: Spread
  readonly captureMs: Spread
  readonly settlementLagMs: Spread
  readonly chargedEqualsCaptured: boolean
  readonly failures: number
  /** Of `verify` afterwards; null: it could not run. */
  readonly unexplained: number | null
}

/** On a server of its own, with the settings of `npm start`, portal and demo traffic off, that is thrown away. */
export async function replayTrace(file: string, say: (what: string) => void): Promise<TraceResult> {
  const source = await openSource(file)
  const home = scratchFolder()
  delete process.env['DATABASE_URL'] // the server's own, embedded one
  try {
    const engine = await startEngine({ home })
    try {
      say(`replaying ${basename(file)}`)
      const report = await runReplay({
        source,
        target: { baseUrl: engine.baseUrl, key: engine.serviceKey },
        speed: 'max',
        customers: CUSTOMERS,
        seed: 'bench',
        concurrency: CONCURRENCY,
        limit: Number.MAX_SAFE_INTEGER,
        quiet: true,
        note: say,
        signal: new AbortController().signal,
        async checkBooks(lost) {
          if (lost || engine.databaseUrl === null) return { skipped: 'the engine is gone' }
          say('verifying the books')
          return verifySummary(engine.databaseUrl)
        },
      })
      return resultOf(report, { file, machine: machineName(await versionOf(engine.databaseUrl), null) })
    } finally {
      await engine.stop()
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function resultOf(report: ReplayReport, { file, machine }: { file: string; machine: string }): TraceResult {
  const { decisions, latencyMs, throughput, verify } = report
  const { allowed, partial, denied } = decisions
  return {
    at: new Date().toISOString(),
    mode: 'max',
    machine,
    file: basename(file),
    requests: report.input.started,
    customers: report.customers.total,
    concurrency: report.run.concurrency,
    decisions: { allowed, partial, denied },
    byLayer: Object.fromEntries(Object.entries(decisions.byDeepestLayer).filter(([, count]) => count > 0)),
    denialsByReason: decisions.denialsByReason,
    seconds: throughput.elapsedMs / 1000,
    requestsPerSecond: throughput.tasksPerSecond,
    callsPerSecond: throughput.callsPerSecond,
    authorizeMs: spread(latencyMs.authorize),
    captureMs: spread(latencyMs.capture),
    settlementLagMs: spread(report.settlementLagMs),
    chargedEqualsCaptured: report.charged.equalsCaptured,
    failures: report.failures.count,
    unexplained: 'unexplained' in verify ? verify.unexplained : null,
  }
}

const spread = ({ p50, p90, p99 }: Spread): Spread => ({ p50, p90, p99 })
