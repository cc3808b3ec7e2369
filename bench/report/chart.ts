import type { CellResult, Result } from './result.ts'

const WIDTH = 960
const LABEL = 400
const BAR = 18
const GAP = 8
const TOP = 64
const COLOURS: Readonly<Record<CellResult['group'], string>> = {
  transact: '#0f766e',
  http: '#2563eb',
  settler: '#7c3aed',
  growth: '#0369a1',
  pages: '#475569',
  peers: '#b45309',
  limits: '#94a3b8',
}
const ORDER = ['transact', 'settler', 'http', 'peers', 'limits', 'growth'] as const

/** Decisions a second as bars, in the groups of the table; the rules alone would dwarf all others and are left out. */
export function chart(result: Result): string {
  const bars = ORDER.flatMap((group) =>
    result.cells.filter((cell) => cell.group === group && cell.name !== 'pure rules'),
  )
  const most = Math.max(...bars.map(({ perSecond }) => perSecond), 1)
  const height = TOP + bars.length * (BAR + GAP) + 24
  const room = WIDTH - LABEL - 110
  const rows = bars.map((cell, i) => {
    const y = TOP + i * (BAR + GAP)
    const width = Math.max(1, (cell.perSecond / most) * room)
    return [
      `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escape(shortName(cell.name))}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[cell.group]}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 13}">${Math.round(cell.perSecond).toLocaleString('en')} ${cell.unit === 'decisions' ? '' : cell.unit}</text>`,
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#0f172a" role="img" aria-labelledby="title">
<title id="title">Decisions a second: Spillway, what one would use instead, and what the machine gives</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="16" y="26" font-size="16" font-weight="600">Decisions a second, every one durable unless it says Redis</text>
<text x="16" y="46" fill="#475569">${escape(`${result.machine} · ${result.at.slice(0, 10)} · medians of ${result.rounds} rounds`)}</text>
${rows.join('\n')}
</svg>
`
}

const shortName = (name: string): string => (name.length > 56 ? `${name.slice(0, 55)}…` : name)
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
