import { meets, TARGETS } from './ratios.ts'
import type { CellResult, Result } from './result.ts'

const GROUPS = ['transact', 'settler', 'http', 'peers', 'limits', 'pages', 'growth'] as const

/** The table for people: cells by group, then ratios beside their targets. */
export function print(result: Result): void {
  const lines = [
    `\n${result.machine}`,
    `${result.rounds} rounds, interleaved; medians; ± half the spread of the rounds`,
  ]
  for (const group of GROUPS) {
    const cells = result.cells.filter((cell) => cell.group === group)
    if (cells.length > 0) lines.push('', `${group.padEnd(60)}      /s      p50      p99    p99.9 ms`, ...cells.map(row))
  }
  lines.push('', `${'ratio'.padEnd(22)}   value    target`)
  for (const [name, { what, target, better }] of Object.entries(TARGETS)) {
    const value = result.ratios[name]
    if (value === undefined) continue
    const met = meets(name, value)
    const aim = target === null ? '' : `${better === 'more' ? '>=' : '<='} ${target}`
    const verdict = met === null ? '' : met ? 'met' : 'NOT MET'
    lines.push(
      `${name.padEnd(22)}${String(value).padStart(8)} ±${percent(result.noise[name] ?? 0)}  ${aim.padEnd(7)} ${verdict.padEnd(8)} ${what}`,
    )
  }
  const peers = result.cells.filter(({ without }) => without !== '')
  if (peers.length > 0) lines.push('', 'What the others do not do:', ...peers.map((c) => `  ${c.name}: ${c.without}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function row({ name, perSecond, p50Ms, p99Ms, p999Ms, noise, more, failed }: CellResult): string {
  const further = Object.entries(more).map(([key, value]) => ` ${key} ${Math.round(value)}`)
  if (failed > 0) further.push(` FAILED ${failed}`)
  const ms = (value: number | null): string => (value === null ? '-' : value.toFixed(2)).padStart(9)
  return `  ${name.padEnd(58)}${Math.round(perSecond).toLocaleString('en').padStart(9)}${ms(p50Ms)}${ms(p99Ms)}${ms(p999Ms)}  ±${percent(noise)}${further.join('')}`
}

const percent = (share: number): string => `${Math.round(share * 100)} %`.padStart(5)
