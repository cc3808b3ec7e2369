import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ApiObserver } from '../api/http/handle.ts'
import type { Alarms } from '../ports/alarms.ts'

/** What is read when the metrics are, and not counted as it happens. */
export interface Gauges {
  /** Calls handed to the store and not answered yet. */
  waiting(): number
  settlementLagSeconds(): Promise<number>
  settlementDueNotes(): Promise<number>
}

export interface Metrics {
  readonly registry: Registry
  readonly alarms: Alarms
  readonly observer: ApiObserver
  watch(gauges: Gauges): void
}

const SECONDS = [0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2]

/** Everything an operator counts, under its Prometheus name. `onFault` is told of what nobody foresaw. */
export function createMetrics(
  onFault: ApiObserver['fault'],
  onAlarm: Alarms = { paidOtherwise() {}, refundFailed() {} },
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  /** Counted here, and added up when the metrics are read. There are as many as outcomes x layers x reasons. */
  const decided = new Map<string, { readonly labels: Record<string, string>; count: number }>()
  new Counter({
    name: 'spillway_decisions_total',
    help: 'Decisions by outcome and by the layer that bound or paid last',
    labelNames: ['outcome', 'layer', 'reason'],
    registers,
    collect() {
      for (const kind of decided.values()) {
        this.inc(kind.labels, kind.count)
        kind.count = 0
      }
    },
  })
  function count(outcome: string, layer: string, reason: string): void {
    const name = `${outcome} ${layer} ${reason}`
    let known = decided.get(name)
    if (known === undefined) decided.set(name, (known = { labels: { outcome, layer, reason }, count: 0 }))
    known.count += 1
  }
  const calls = new Histogram({
    name: 'spillway_http_request_seconds',
    help: 'Time from the head of a call to its answer',
    labelNames: ['operation', 'status'],
    buckets: SECONDS,
    registers,
  })
  const problems = new Counter({
    name: 'spillway_problems_total',
    help: 'Calls answered with a problem, by its type',
    labelNames: ['problem'],
    registers,
  })
  const errors = new Counter({
    name: 'spillway_errors_total',
    help: 'Faults that nobody foresaw, by where they were met',
    labelNames: ['where'],
    registers,
  })

  const paidOtherwise = new Counter({
    name: 'spillway_payments_otherwise_total',
    help: 'Payments of another amount or currency than was asked for: they pay nothing, a person has to look',
    registers,
  })
  const refundsFailed = new Counter({
    name: 'spillway_refunds_failed_total',
    help: 'Refunds that did not arrive: their credits are back, the money is still owed',
    registers,
  })

  /** Looking a series up by its labels costs more than counting in it. There are as many as operations x statuses. */
  const series = new Map<string, Histogram.Internal<'operation' | 'status'>>()
  function callOf(operation: string, status: number): Histogram.Internal<'operation' | 'status'> {
    const name = `${operation} ${status}`
    let known = series.get(name)
    if (known === undefined) series.set(name, (known = calls.labels({ operation, status })))
    return known
  }

  return {
    registry,
    observer: {
      decision: ({ outcome, layer, reason, replayed }) => count(replayed ? 'replayed' : outcome, layer, reason ?? ''),
      answered({ operation, status, problem, seconds }) {
        callOf(operation, status).observe(seconds)
        if (problem !== null) problems.inc({ problem })
      },
      fault(error, call) {
        errors.inc({ where: call.operation })
        onFault(error, call)
      },
    },
    alarms: {
      paidOtherwise(seen) {
        paidOtherwise.inc()
        onAlarm.paidOtherwise(seen)
      },
      refundFailed(seen) {
        refundsFailed.inc()
        onAlarm.refundFailed(seen)
      },
    },
    watch(gauges) {
      gauge(registry, 'spillway_calls_waiting', 'Calls handed to the store and not answered yet', async () =>
        gauges.waiting(),
      )
      gauge(
        registry,
        'spillway_settlement_lag_seconds',
        'Age of the oldest usage that is not settled',
        gauges.settlementLagSeconds,
      )
      gauge(registry, 'spillway_settlement_due_notes', 'Commits whose usage is not settled', gauges.settlementDueNotes)
    },
  }
}

function gauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      // a store that cannot be asked says nothing; the rest is still told
      this.set(await read().catch(() => Number.NaN))
    },
  })
}
