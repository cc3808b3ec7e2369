import { meets, TARGETS } from './ratios.ts'
import type { PortalResult } from '../portal/measure-portal.ts'
import type { Spread, TraceResult } from '../trace.ts'
import type { CellResult, Measurement, Result } from './result.ts'

const GROUPS = ['transact', 'settler', 'http', 'peers', 'limits', 'pages', 'growth'] as const

/** The table for people: what was measured now by group, then the ratios beside their targets. */
export function print(result: Result, now: Measurement): void {
  const lines = [`\n${result.machine}`]
  if (now.run !== null) lines.push(`${now.run.rounds} rounds, interleaved; medians; ± half the spread of the rounds`)
  for (const group of GROUPS) {
    const cells = now.cells.filter((cell) => cell.group === group)
    if (cells.length > 0) lines.push('', `${group.padEnd(60)}      /s      p50      p99    p99.9 ms`, ...cells.map(row))
  }
  if (now.trace !== null) lines.push('', ...traceLines(now.trace))
  if (now.portal !== null) lines.push('', ...portalLines(now.portal))
  if (now.run !== null) lines.push('', `${'ratio'.padEnd(22)}   value    target`)
  for (const [name, { what, target, better }] of Object.entries(TARGETS)) {
    const value = now.ratios[name]
    if (value === undefined) continue
    const met = meets(name, value)
    const aim = target === null ? '' : `${better === 'more' ? '>=' : '<='} ${target}`
    const verdict = met === null ? '' : met ? 'met' : 'NOT MET'
    lines.push(
      `${name.padEnd(22)}${String(value).padStart(8)} ±${percent(now.noise[name] ?? 0)}  ${aim.padEnd(7)} ${verdict.padEnd(8)} ${what}`,
    )
  }
  const peers = now.cells.filter(({ without }) => without !== '')
  if (peers.length > 0) lines.push('', 'What the others do not do:', ...peers.map((c) => `  ${c.name}: ${c.without}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function traceLines(trace: TraceResult): string[] {
  const { decisions, authorizeMs, captureMs, settlementLagMs } = trace
  const spread = (name: string, { p50, p90, p99 }: Spread): string =>
    `  ${name.padEnd(18)} p50 ${p50}  p90 ${p90}  p99 ${p99} ms`
  return [
    `trace ${trace.file}: ${trace.requests} requests of ${trace.customers} customers in ${trace.seconds.toFixed(1)} s`,
    `  ${trace.requestsPerSecond} requests/s, ${trace.callsPerSecond} calls/s, ${trace.concurrency} at once`,
    `  allowed ${decisions.allowed}, partial ${decisions.partial}, denied ${decisions.denied}; last layer ${JSON.stringify(trace.byLayer)}`,
    spread('authorize', authorizeMs),
    spread('capture', captureMs),
    spread('settlement lag', settlementLagMs),
    `  failures ${trace.failures}, unexplained ${trace.unexplained ?? 'not checked'}, charged ${trace.chargedEqualsCaptured ? 'equals' : 'DIFFERS FROM'} captured`,
  ]
}

function portalLines({ desktop, phone, pixel }: PortalResult): string[] {
  const line = (name: string, { lcpMs, inpMs, cls, scriptKb }: typeof desktop): string =>
    `  ${name.padEnd(9)} LCP ${lcpMs} ms, INP ${inpMs} ms, CLS ${cls}, JavaScript ${scriptKb} KB compressed`
  return [
    'portal, /app',
    line('desktop', desktop),
    line('phone', phone),
    `  commit to pixel with ${pixel.streams} streams: p50 ${pixel.p50Ms}, p99 ${pixel.p99Ms}, most ${pixel.mostMs} ms`,
  ]
}

function row({ name, perSecond, p50Ms, p99Ms, p999Ms, noise, more, failed }: CellResult): string {
  const further = Object.entries(more).map(([key, value]) => ` ${key} ${Math.round(value)}`)
  if (failed > 0) further.push(` FAILED ${failed}`)
  const ms = (value: number | null): string => (value === null ? '-' : value.toFixed(2)).padStart(9)
  return `  ${name.padEnd(58)}${Math.round(perSecond).toLocaleString('en').padStart(9)}${ms(p50Ms)}${ms(p99Ms)}${ms(p999Ms)}  ±${percent(noise)}${further.join('')}`
}

const percent = (share: number): string => `${Math.round(share * 100)} %`.padStart(5)
